// One pair, one answer: the API, `explain --url` and `explain --storage.path` say of every declared
// pair of the rehearsal what its metric says, with the same facts.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/format.h>

#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* collaborations = R"(collaborations:
  - name: settled
    hosts: [defence.example, contoso.example]
    guests: [county.example, factory.example, agency.example, missing.example, portal.example]
    cross_cloud: enabled
  - name: refused
    hosts: [factory.example, ministere.example, newcomer.example]
    guests: [partner.example, territory.example, "identity:saml"]
    cross_cloud: disabled
)";

std::string rehearsal_file(const char* name) {
  return read_file(std::filesystem::path(TENANTSCOPE_SOURCE "/config") / name);
}

// The rehearsal's tenants, to whom nothing happens.
std::string quiet_scenario() {
  std::string quiet;
  for (const std::string& line : lines_of(rehearsal_file("rehearsal-scenario.yaml")))
    if (line.find("timeline:") == line.npos && line.find("{at:") == line.npos)
      quiet += line + "\n";
  return quiet;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

struct Pair {
  std::string collaboration, host, guest, capability;
};

class ExplainPairs : public testing::Test {
 protected:
  void SetUp() override {
    deployment.start();
    ASSERT_TRUE(eventually([&] {
      const Metrics metrics = deployment.daemon().metrics();
      return metrics["tenantscope_events_total{kind=\"baselined\"}"] == 11 &&
             metrics[tenant_series("up", "portal.example")] == 0;
    }));
  }

  std::vector<Pair> declared() {
    std::vector<Pair> pairs;
    const json::value answer = deployment.daemon().api("/api/v1/collaborations");
    for (const json::value& one : answer.at("collaborations").as_array())
      pairs.push_back({text_at(one, "/collaboration"), text_at(one, "/host"),
                       text_at(one, "/guest"), text_at(one, "/capability")});
    return pairs;
  }

  json::object by_api(const Pair& pair) {
    return deployment.daemon()
        .api(fmt::format("/api/v1/explain?host={}&guest={}", pair.host, url_encoded(pair.guest)))
        .as_object();
  }
  json::object by_command(const Pair& pair, std::vector<std::string> flags) {
    std::vector<std::string> arguments{"explain", pair.host, pair.guest, "--output=json"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return parsed(run_tenantscope(std::move(arguments)).out);
  }

  std::string url() { return "--url=" + deployment.daemon().url(); }
  std::string storage() { return "--storage.path=" + deployment.storage().string(); }
  std::string config() { return "--config.file=" + deployment.config_file().string(); }

  // But for when each document was seen, which goes on.
  static std::string timeless(json::object answer) {
    for (const char* side : {"host_facts", "guest_facts"})
      if (json::object* facts = answer.at(side).if_object())
        facts->at("seen") = !facts->at("seen").is_null();
    return json::serialize(answer);
  }

  void expect_one_answer(const Pair& pair) {
    SCOPED_TRACE(pair.host + " invites " + pair.guest);
    const json::object answer = by_api(pair);
    EXPECT_EQ(text_at(answer, "/capability"), pair.capability);
    for (const char* state : {"supported", "not_supported", "conditional", "unknown"})
      EXPECT_TRUE(holds_series(pair, state)) << state;
    EXPECT_EQ(timeless(by_command(pair, {url()})), timeless(answer));
    EXPECT_EQ(timeless(by_command(pair, {storage(), config()})), timeless(answer));
  }

  bool holds_series(const Pair& pair, const std::string& state) {
    const std::string series = fmt::format(
        R"(tenantscope_collaboration_capability{{collaboration="{}",host_tenant="{}",guest_tenant="{}",state="{}"}} {}
)",
        pair.collaboration, pair.host, pair.guest, state, state == pair.capability ? 1 : 0);
    return deployment.daemon().metrics().text().find(series) != std::string::npos;
  }

  const Simulator authority{quiet_scenario()};
  Deployment deployment{replaced(
      replaced(rehearsal_file("rehearsal.yaml"), "http://127.0.0.1:10945", authority.url()),
      "collaborations:\n", collaborations)};
};

TEST_F(ExplainPairs, AreAnsweredAsTheMetricSaysAllThreeWays) {
  const std::vector<Pair> before = declared();
  ASSERT_EQ(before.size(), 9u + 10u + 9u);
  for (const Pair& pair : before)
    expect_one_answer(pair);

  authority.change("agency.example", R"({"region_scope": "USGov", "sub_scope": "DODCON"})");
  ASSERT_TRUE(eventually([&] {
    return deployment.daemon().metrics()["tenantscope_events_total{kind=\"changed\"}"] == 1;
  }));
  std::size_t changed = 0;
  const std::vector<Pair> after = declared();
  for (std::size_t i = 0; i < after.size(); ++i)
    if (after[i].capability != before[i].capability) {
      ++changed;
      expect_one_answer(after[i]);
    }
  EXPECT_EQ(changed, 5u) << "those of agency.example";
}

TEST_F(ExplainPairs, AreAnsweredByTheDaemonThatWorksOnTheStorage) {
  const Pair settled{"settled", "defence.example", "county.example", "supported"};
  const json::object answer = by_command(settled, {storage()});
  EXPECT_EQ(timeless(answer), timeless(by_api(settled)));
  EXPECT_EQ(text_at(answer, "/cross_cloud"), "enabled");
  EXPECT_EQ(text_at(answer, "/cross_cloud_from"), "collaboration");
  const Pair other{"", "defence.example", "newcomer.example", ""};
  EXPECT_EQ(text_at(by_command(other, {storage()}), "/cross_cloud_from"), "null");

  deployment.stop();
  const json::object alone = by_command(settled, {storage()});
  EXPECT_EQ(text_at(alone, "/capability"), "conditional");
  EXPECT_NE(text_at(alone, "/limits/0").find("name it with --config.file"), std::string::npos)
      << "the storage doesn't know of collaborations";
  EXPECT_EQ(text_at(by_command(settled, {storage(), config()}), "/capability"), "supported");
}

}  // namespace
}  // namespace tenantscope::e2e
