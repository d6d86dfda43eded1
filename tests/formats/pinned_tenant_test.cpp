// A pinned tenant whose name another one answers to: as /metrics, the API and an event show it.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "domain/documents.hpp"
#include "formats/exposition.hpp"
#include "formats/json.hpp"
#include "formats/tenant_json.hpp"
#include "formats/tenant_labels.hpp"
#include "support/watch_settings.hpp"

namespace tenantscope {
namespace {

using documents::contoso;
using documents::fabrikam;

class PinnedTenant : public testing::Test {
 protected:
  static Watch pinned() {
    Watch watch{
        .settings = shared(
            {.key = {.asked = "global", .name = "a.example"}, .tenant_id = parse_guid(contoso)}),
        .state = {.generation = 1, .found = true, .known = documents::found("usgov", "USGov")}};
    watch.status.probed = true;
    return watch;
  }
  static Watch lost() {
    Watch watch = pinned();
    watch.state.stranger = documents::found("global", "NA", "", fabrikam);
    return watch;
  }
  static Watch never_met() {
    Watch watch = lost();
    watch.state.known.reset();
    watch.state.stranger->cloud = "";
    return watch;
  }

  // Its lines, without the name and the tenant's labels.
  static std::string metric(const Watch& watch, std::string_view name) {
    Exposition exposition(ExpositionFormat::text);
    for (const TenantFamily& family : tenant_families()) {
      if (family.name != name)
        continue;
      MetricText labels;
      write_labels(labels, watch.settings->key);
      exposition.begin(family);
      exposition.tenant(
          family, {.watch = watch, .labels = labels.text(), .rules = default_rules, .now = {}});
    }
    const std::string text(exposition.text());
    constexpr std::string_view key = "{tenant=\"a.example\",asked=\"global\"";
    const auto sample = text.find(key);
    return sample == std::string::npos ? "" : text.substr(sample + key.size());
  }
  static boost::json::object json(const Watch& watch) {
    return watch_json(watch, default_rules, {});
  }
  static std::string last_limit(const Watch& watch) {
    const boost::json::object shown = json(watch);
    const auto& limits = shown.at("limits").as_array();
    return limits.empty() ? "" : std::string(limits.back().as_string());
  }
};

TEST_F(PinnedTenant, HasMetrics) {
  const std::string met = "tenantscope_tenant_expectation_met",
                    answering = "tenantscope_tenant_answering_info";
  EXPECT_EQ(metric(pinned(), met), ",expectation=\"tenant_id\"} 1\n");
  EXPECT_EQ(metric(pinned(), answering), "");
  EXPECT_EQ(metric(lost(), met), ",expectation=\"tenant_id\"} 0\n");
  EXPECT_EQ(metric(lost(), answering),
            ",cloud=\"global\",tenant_id=\"" + std::string(fabrikam) + "\",pin=\"lost\"} 1\n");
  EXPECT_EQ(metric(never_met(), met), ",expectation=\"tenant_id\"} 0\n");
  EXPECT_EQ(metric(never_met(), answering),
            ",cloud=\"\",tenant_id=\"" + std::string(fabrikam) + "\",pin=\"never_met\"} 1\n");
  Watch unpinned = lost();
  settings_of(unpinned).tenant_id.reset();
  EXPECT_EQ(metric(unpinned, met), "");
  EXPECT_EQ(metric(unpinned, answering), "");
  Watch unknown = pinned();
  unknown.state = {};
  EXPECT_EQ(metric(unknown, met), "");
  Watch awaiting = pinned();
  awaiting.state.pin_pending = Pending{documents::found("global", "NA", "", fabrikam), 1, {}};
  EXPECT_EQ(metric(awaiting, "tenantscope_tenant_change_pending"), "} 1\n");
  EXPECT_TRUE(json(awaiting).at("pending").as_bool());
}

TEST_F(PinnedTenant, SaysInTheApiWhoseTheVerdictIs) {
  const std::string id(contoso), other(fabrikam);
  EXPECT_EQ(boost::json::serialize(json(pinned()).at("pin")),
            R"({"tenant_id":")" + id + R"(","met":true,"answers":null})");
  EXPECT_EQ(boost::json::serialize(json(lost()).at("pin")),
            R"({"tenant_id":")" + id + R"(","met":false,"answers":"global/)" + other + "\"}");
  EXPECT_EQ(json(lost()).at("b2b"), "supported");
  EXPECT_EQ(last_limit(lost()),
            "This is the verdict of the pinned tenant, which doesn't answer now: global/" + other +
                " answers to this name.");
  EXPECT_EQ(last_limit(never_met()),
            "The pinned tenant has never answered to this name; unknown/" + other + " does.");
  EXPECT_NE(last_limit(pinned()), last_limit(lost()));
}

TEST_F(PinnedTenant, IsReadBackFromItsEventAsAMatterOfIdentity) {
  const Policy policy{.confirmations = 1, .pin = parse_guid(contoso)};
  const Observation seen{.finding = Error{ErrorKind::identity, "another"},
                         .evidence = {},
                         .time = {},
                         .stranger = documents::found("global", "NA", "", fabrikam)};
  for (const TenantState& before : {pinned().state, TenantState{}}) {
    const Advance advanced = advance(before, seen, policy);
    const auto events =
        make_events({.asked = "global", .name = "a.example"}, *advanced.transition, {}, {});
    const std::string text = cloud_event(events.at(0), {}, 7, "test");
    const EventTraits traits = read_traits(EventKind::expectation_changed, text);
    EXPECT_EQ(traits.fields, traits_of(events[0]).fields);
    EXPECT_EQ(traits.fields, std::vector{Field::identity});
    const boost::json::value data = boost::json::parse(text).at("data");
    EXPECT_EQ(data.at("previous").is_null(), !before.seen());
    EXPECT_EQ(data.at("current").at("found").is_null(), !before.seen());
    EXPECT_EQ(data.at("verdict").at("state"), before.seen() ? "supported" : "unknown");
  }
}

}  // namespace
}  // namespace tenantscope
