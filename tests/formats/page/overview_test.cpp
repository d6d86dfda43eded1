#include "formats/page/overview.hpp"

#include <gtest/gtest.h>

#include "formats/page/page_samples.hpp"

namespace tenantscope {
namespace {

using samples::has;
using samples::shown;
using samples::usgov;
using samples::watch;

Watch failing(std::string_view name) {
  Watch made = watch(name, usgov("USGov"));
  made.status.failure = ErrorKind::dns;
  made.status.failing_since = samples::now - std::chrono::minutes(7);
  return made;
}

TEST(Overview, SaysTheStateInItsTitle) {
  EXPECT_EQ(overview_title(0, 0), "all fine");
  EXPECT_EQ(overview_title(0, 1), "1 needs a look");
  EXPECT_EQ(overview_title(0, 3), "3 need a look");
  EXPECT_EQ(overview_title(1, 3), "1 problem, 3 need a look");
  EXPECT_EQ(overview_title(2, 0), "2 problems");
  const std::string page = shown(samples::overview({failing("a.example")}));
  EXPECT_TRUE(has(page, "<title>1 needs a look · tenantscope</title>")) << page;
  EXPECT_TRUE(has(page, "fill='%237d4e00'/%3E")) << "the icon's colour";
  EXPECT_TRUE(has(page, "fill='white'%3E1%3C/text%3E")) << "and its badge";
  EXPECT_TRUE(has(shown(samples::overview({})), "fill='%23116329'/%3E"));
  EXPECT_TRUE(has(overview_html(samples::overview({}), samples::troubled_frame("x")),
                  "fill='%23a40e26'/%3E"));
}

TEST(Overview, HasALineForEachTenant) {
  Watch one = watch("agency.example", usgov("USGov", "DODCON"));
  one.state.last_change.set(Field::region_scope, samples::now - std::chrono::hours(3));
  const std::string page = shown(samples::overview({one}));
  for (const std::string part :
       {"<a href=\"tenants/agency.example?cloud=global\"><bdi>agency.example</bdi></a>",
        "<a href=\"?environment=gcc_high\">GCC High</a>",
        "<span class=\"state good\">supported</span>", "<bdi>USGov · DODCON</bdi>",
        "title=\"2026-11-23 07:00:00 UTC: region_scope\">3h ago</time>",
        "<time datetime=\"2026-11-23T09:55:00.000Z\">5m ago</time>",
        "<span class=\"state good\">fine</span>"})
    EXPECT_TRUE(has(page, part)) << part << "\n" << page;
  EXPECT_EQ(samples::forbidden(page), "");
}

TEST(Overview, SaysWhatNeedsALook) {
  std::vector<Watch> watches{watch("fine.example", usgov("USGov"))};
  EXPECT_TRUE(has(shown(samples::overview(watches)), "Nothing: each tenant answers"));
  for (int i = 0; i < 12; ++i)
    watches.push_back(failing(fmt::format("t{:02}.example", i)));
  const std::string page = shown(samples::overview(watches));
  EXPECT_TRUE(has(page,
                  "<li><a href=\"tenants/t00.example?cloud=global\"><bdi>t00.example</bdi></a>: "
                  "<bdi>failing for 7m: dns</bdi></li>"))
      << page;
  EXPECT_TRUE(has(page, "<a href=\"?state=look\">and 4 more</a>"));
  EXPECT_FALSE(has(page, "Nothing: each tenant answers"));
}

TEST(Overview, SaysWhatChangedLast) {
  Overview overview = samples::overview({watch("a.example", usgov("USGov"))});
  EXPECT_TRUE(has(shown(overview), "Nothing yet"));
  PageEvent event = samples::event("b.example");
  event.sentence = "b.example lost B2B";
  overview.events = {event};
  const std::string page = shown(overview);
  EXPECT_TRUE(has(page, "<time class=\"soft\" datetime=\"2026-11-23T07:00:00.000Z\">3h ago</time>"))
      << page;
  EXPECT_TRUE(has(page,
                  "<a href=\"tenants/b.example?cloud=b.example#event-7\"><bdi>b.example lost "
                  "B2B</bdi></a>"));
  EXPECT_TRUE(has(page, "<span class=\"state bad\">critical</span>"));
  overview.events->front().tenant = {};
  EXPECT_TRUE(has(shown(overview), "<bdi>b.example lost B2B</bdi>"));
  EXPECT_FALSE(has(shown(overview), "#event-7"));
  overview.events.reset();
  EXPECT_TRUE(has(shown(overview), "The journal can't be read now."));
}

TEST(Overview, LeadsToEachStateEnvironmentAndCloud) {
  Watch china = watch("c.example", usgov("USG"));
  settings_of(china).key.asked = "china";
  const std::vector<Watch> watches{failing("a.example"), watch("b.example"), china};
  const std::string all = shown(samples::overview(watches));
  for (const std::string part :
       {"<a href=\"./\" aria-current=\"true\">3 watched</a>",
        "<a href=\"?state=failing\"><span class=\"bad\">1</span> failing</a>",
        "<a href=\"?state=look\"><span class=\"mind\">1</span> need a look</a>",
        "<a href=\"?environment=azure_government\">2 Azure Government</a>",
        "<a href=\"?environment=unknown\">1 no known environment</a>",
        "<option value=\"china\">china</option>"})
    EXPECT_TRUE(has(all, part)) << part << "\n" << all;
  EXPECT_FALSE(has(all, "> stale</a>")) << "there is none";
  const OverviewQuery query{.order = {OverviewColumn::change, true}, .state = "failing"};
  const std::string failing_ones = shown(samples::overview(watches, query));
  EXPECT_TRUE(has(failing_ones,
                  "<a href=\"?sort=-change\" aria-current=\"true\"><span class=\"bad\">1</span>"))
      << "leads back\n"
      << failing_ones;
  EXPECT_TRUE(has(failing_ones, "<a href=\"?sort=-change&amp;environment=unknown\">1 no known"))
      << "as many as it says";
  EXPECT_TRUE(has(failing_ones, "<option value=\"failing\" selected>failing</option>"));
  EXPECT_TRUE(has(failing_ones, "<input type=\"hidden\" name=\"sort\" value=\"-change\">"));
}

TEST(Overview, IsSortedByItsHeads) {
  const std::vector<Watch> watches{watch("a.example", usgov("USGov"))};
  const std::string by_name = shown(samples::overview(watches));
  EXPECT_TRUE(has(by_name,
                  "<th scope=\"col\" aria-sort=\"ascending\"><a href=\"?sort=-name\">Tenant</a> "
                  "↑</th>"))
      << by_name;
  EXPECT_TRUE(has(by_name, "<th scope=\"col\"><a href=\"?sort=answer\">Last answer</a></th>"));
  OverviewQuery query{.order = {OverviewColumn::answer, true}};
  query.name = "a.ex";
  const std::string reversed = shown(samples::overview(watches, query));
  EXPECT_TRUE(has(reversed,
                  "aria-sort=\"descending\"><a href=\"?sort=answer&amp;q=a.ex\">Last answer</a> "
                  "↓</th>"))
      << reversed;
}

TEST(Overview, IsInParts) {
  std::vector<Watch> watches;
  watches.reserve(250);
  for (int i = 0; i < 250; ++i)
    watches.push_back(watch(fmt::format("t{:03}.example", i), usgov("USGov")));
  OverviewQuery query{.state = "supported"};
  const std::string first = shown(samples::overview(watches, query));
  EXPECT_TRUE(has(first, "<caption>1 to 100 of 250</caption>"));
  EXPECT_TRUE(has(first, "<a href=\"?state=supported&amp;offset=100\" rel=\"next\">"));
  EXPECT_FALSE(has(first, "rel=\"prev\""));
  query.offset = 200;
  const std::string last = shown(samples::overview(watches, query));
  EXPECT_TRUE(has(last, "<caption>201 to 250 of 250</caption>"));
  EXPECT_FALSE(has(last, "rel=\"next\""));
  EXPECT_TRUE(has(last, "<a href=\"?state=supported&amp;offset=100\" rel=\"prev\">"));
  query.offset = 300;
  const std::string beyond = shown(samples::overview(watches, query));
  EXPECT_TRUE(has(beyond, "No tenant fits"));
  EXPECT_TRUE(has(beyond, "rel=\"prev\""));
}

TEST(Overview, SaysWhatToDoWhereItIsEmpty) {
  const std::string none = shown(samples::overview({}));
  EXPECT_TRUE(has(none, "No tenant is watched."));
  EXPECT_TRUE(has(none, "<code>tenant_files:</code>"));
  EXPECT_FALSE(has(none, "<table>"));
  OverviewQuery query;
  query.name = "nobody";
  const std::string fits_none = shown(samples::overview({watch("a.example")}, query));
  EXPECT_TRUE(has(fits_none, "No tenant fits what is asked for. <a href=\"./\">Show all</a>"));
  EXPECT_FALSE(has(fits_none, "<table>"));
  EXPECT_FALSE(has(fits_none, "No tenant is watched."));
}

TEST(Overview, IsLoadedAgainWhereThatIsAsked) {
  OverviewQuery query;
  EXPECT_FALSE(has(shown(samples::overview({}, query)), "http-equiv"));
  EXPECT_TRUE(
      has(shown(samples::overview({}, query)), "<a href=\"?refresh=30\">Reload each 30 s</a>"));
  query.refresh = 30;
  const std::string page = shown(samples::overview({watch("a.example")}, query));
  EXPECT_TRUE(has(page, "<meta http-equiv=\"refresh\" content=\"30\">"));
  EXPECT_TRUE(has(page, "<a href=\"./\">Don't reload</a>"));
  EXPECT_TRUE(has(page, "href=\"?sort=answer&amp;refresh=30\"")) << "sorting keeps it";
}

TEST(Overview, TellsOfAPairsChangeWithItsTenants) {
  Overview overview = samples::overview({watch("a.example", usgov("USGov"))});
  PageEvent changed = samples::event("a.example");
  changed.pairs = 3;
  overview.events = {changed};
  EXPECT_TRUE(has(shown(overview), "<span class=\"soft\">and 3 pairs with it</span>"));
  overview.events->front().pairs = 1;
  EXPECT_TRUE(has(shown(overview), "and 1 pair with it"));
  overview.events->front().pairs = 0;
  EXPECT_FALSE(has(shown(overview), "with it"));
}

}  // namespace
}  // namespace tenantscope
