#include "formats/page/overview_choice.hpp"

#include <gtest/gtest.h>

#include "formats/page/page_samples.hpp"

namespace tenantscope {
namespace {

using samples::usgov;
using samples::watch;
using Chosen = std::vector<std::string>;

// As the overview's tests have them: one of each kind.
std::vector<Watch> some() {
  Watch changed = watch("b.example", usgov("USGov", "DODCON"));
  changed.state.last_change.set(Field::region_scope, samples::now - std::chrono::hours(1));
  Watch gcc = watch("d.example", Finding{.found = true,
                                         .cloud = "global",
                                         .tenant_id = {},
                                         .region_scope = "NA",
                                         .sub_scope = "GCC"});
  settings_of(gcc).labels = {{"team", "identity"}};
  gcc.state.last_change.set(Field::region_scope, samples::now - std::chrono::hours(9));
  gcc.state.last_success = samples::now;
  Watch failing = watch("a.example", usgov("USG"));
  failing.status.failure = ErrorKind::dns;
  settings_of(failing).key.asked = "usgov";
  Watch unmet = watch("e.example", usgov("USG"));
  settings_of(unmet).expect.b2b = B2b::supported;
  return {changed, gcc, failing, watch("c.example"), unmet};
}

Chosen chosen(const std::vector<Watch>& watches, const OverviewQuery& query) {
  OverviewChoice choice(query, default_rules, samples::now);
  for (std::uint32_t i = 0; i < watches.size(); ++i)
    choice.offer(i, watches[i]);
  Chosen names;
  for (const std::uint32_t number : choice.shown())
    names.push_back(watches[number].settings->key.name.substr(0, 1));
  return names;
}

Chosen sorted_by(std::string_view order) {
  return chosen(some(), {.order = parse_overview_order(order).value()});
}

TEST(OverviewChoice, SortsByEachColumn) {
  EXPECT_EQ(sorted_by("name"), (Chosen{"a", "b", "c", "d", "e"}));
  EXPECT_EQ(sorted_by("-name"), (Chosen{"e", "d", "c", "b", "a"}));
  EXPECT_EQ(sorted_by("environment"), (Chosen{"a", "e", "d", "b", "c"}))
      << "Azure Government, GCC, GCC High, unknown";
  EXPECT_EQ(sorted_by("b2b"), (Chosen{"a", "e", "c", "b", "d"})) << "what doesn't work first";
  EXPECT_EQ(sorted_by("scope"), (Chosen{"d", "a", "e", "b", "c"}));
  EXPECT_EQ(sorted_by("change"), (Chosen{"b", "d", "a", "c", "e"})) << "the newest first";
  EXPECT_EQ(sorted_by("-change"), (Chosen{"d", "b", "a", "c", "e"})) << "what never was stays last";
  EXPECT_EQ(sorted_by("-answer").back(), "c") << "who never answered";
  EXPECT_EQ(sorted_by("answer").front(), "d");
  EXPECT_EQ(sorted_by("condition"), (Chosen{"e", "a", "c", "b", "d"})) << "the worst first";
  EXPECT_EQ(parse_overview_order("nmae"), std::nullopt);
  EXPECT_EQ(parse_overview_order("--name"), std::nullopt);
}

TEST(OverviewChoice, LeavesOutWhatIsNotAskedFor) {
  const auto with = [](auto set) {
    OverviewQuery query;
    set(query);
    return chosen(some(), query);
  };
  EXPECT_EQ(with([](OverviewQuery& query) { query.state = "not_supported"; }), (Chosen{"a", "e"}));
  EXPECT_EQ(with([](OverviewQuery& query) { query.state = "failing"; }), Chosen{"a"});
  EXPECT_EQ(with([](OverviewQuery& query) { query.state = look_filter; }), (Chosen{"a", "e"}));
  EXPECT_EQ(with([](OverviewQuery& query) { query.environment = Environment::gcc; }), Chosen{"d"});
  EXPECT_EQ(with([](OverviewQuery& query) { query.cloud = "usgov"; }), Chosen{"a"});
  EXPECT_EQ(with([](OverviewQuery& query) { query.label_name = "team"; }), Chosen{"d"});
  EXPECT_EQ(with([](OverviewQuery& query) {
              query.label_name = "team";
              query.label_value = "soc";
            }),
            Chosen());
  EXPECT_EQ(with([](OverviewQuery& query) { query.name = "c.ex"; }), Chosen{"c"});
  EXPECT_EQ(with([](OverviewQuery& query) { query.offset = 3; }), (Chosen{"d", "e"}));
}

TEST(OverviewChoice, CountsAllWhateverIsShown) {
  OverviewQuery query;
  query.name = "nobody";
  OverviewChoice choice(query, default_rules, samples::now);
  const std::vector<Watch> watches = some();
  for (std::uint32_t i = 0; i < watches.size(); ++i)
    choice.offer(i, watches[i]);
  EXPECT_EQ(choice.matching(), 0u);
  EXPECT_EQ(choice.counts().watched, 5u);
  EXPECT_EQ(choice.counts().looks, 2u);
  EXPECT_EQ(choice.counts().marks[std::size_t(TenantMark::not_supported)], 2u);
  EXPECT_EQ(choice.counts().by_environment[std::size_t(Environment::gcc)], 1u);
  EXPECT_EQ(choice.counts().clouds.at("global"), 4u);
  EXPECT_EQ(choice.looks(), (std::vector<std::uint32_t>{4, 2})) << "what isn't as expected first";
}

// Of 10,000 it keeps those that a page shows, and gives the same as sorting all of them.
TEST(OverviewChoice, IsTheSameInAnyOrderOfOffers) {
  std::vector<Watch> watches;
  watches.reserve(10'000);
  for (int i = 0; i < 10'000; ++i)
    watches.push_back(watch(fmt::format("t{:05}.example", (i * 7919) % 10'000), usgov("USG")));
  for (const std::size_t offset : {0u, 250u, 9'950u}) {
    OverviewQuery query;
    query.offset = offset;
    OverviewChoice choice(query, default_rules, samples::now);
    for (std::uint32_t i = 0; i < watches.size(); ++i)
      choice.offer(i, watches[i]);
    const std::vector<std::uint32_t> shown = choice.shown();
    ASSERT_EQ(shown.size(), std::min(OverviewChoice::page_length, 10'000 - offset));
    for (std::size_t i = 0; i < shown.size(); ++i)
      EXPECT_EQ(watches[shown[i]].settings->key.name, fmt::format("t{:05}.example", offset + i));
  }
}

}  // namespace
}  // namespace tenantscope
