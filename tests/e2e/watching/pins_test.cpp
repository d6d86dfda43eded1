// A pinned name that another tenant answers to: what the daemon shows and tells, over flaps and
// restarts, and what a pin does that comes later.
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include <fmt/format.h>

#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* ours = "00000000-0000-0000-0000-00000000000a";
constexpr const char* theirs = "00000000-0000-0000-0000-00000000000c";

constexpr const char* scenario = R"(
tenants:
  - {name: agency.example, cloud: usgov, region_scope: USGov, tenant_id: 00000000-0000-0000-0000-00000000000a}
  - {name: 00000000-0000-0000-0000-00000000000a, region_scope: NA, tenant_id: 00000000-0000-0000-0000-00000000000a}
)";

class Pins : public testing::Test {
 protected:
  void configure(const std::string& tenants) {
    deployment.configure(configuration(
        authority.url(),
        "tenants:\n" + tenants + "events: {sinks: [{name: audit, file: {path: events.jsonl}}]}\n",
        "{interval: 200ms, timeout: 2s, confirmations: 3, confirm_interval: 50ms}"));
  }
  std::optional<double> shown(const std::string& name = "agency.example") {
    return deployment.daemon()
        .metrics()[tenant_series("expectation_met", name, "global", "expectation=\"tenant_id\"")];
  }
  void await(double met, const std::string& name = "agency.example") {
    ASSERT_TRUE(eventually([&] { return shown(name) == met; })) << deployment.daemon().log();
  }
  void await_probes(std::uint64_t more, const std::string& name = "agency.example") {
    const std::uint64_t enough = authority.requests(name) + more;
    ASSERT_TRUE(eventually([&] { return authority.requests(name) >= enough; }));
  }
  // Of the journal, the events of expectations: "SEVERITY EXPECTED ACTUAL MET".
  std::vector<std::string> told() {
    std::vector<std::string> lines;
    for (const json::object& event :
         of_type(deployment.daemon().events(), "tenantscope.expectation.changed.v1")) {
      EXPECT_EQ(text_at(event, "/data/expectations/0/expectation"), "tenant_id");
      lines.push_back(text_at(event, "/data/severity") + " " +
                      text_at(event, "/data/expectations/0/expected") + " " +
                      text_at(event, "/data/expectations/0/actual") + " " +
                      text_at(event, "/data/expectations/0/met"));
    }
    return lines;
  }
  using Told = std::vector<std::string>;

  Simulator authority{scenario};
  Deployment deployment{""};
};

const std::string pinned = fmt::format("  - {{name: agency.example, tenant_id: {}}}\n", ours);
const std::string lost = fmt::format("critical usgov/{} global/{} false", ours, theirs);
const std::string met_again = fmt::format("info usgov/{0} usgov/{0} true", ours);
const std::string to_theirs =
    fmt::format(R"({{"tenant_id": "{}", "cloud": "global", "region_scope": "NA"}})", theirs);
const std::string to_ours =
    fmt::format(R"({{"tenant_id": "{}", "cloud": "usgov", "region_scope": "USGov"}})", ours);

TEST_F(Pins, AreToldOnceOverAFlapARestartAndAnOutage) {
  configure(pinned);
  deployment.start();
  await(1);
  authority.change("agency.example", R"({"fault": {"kind": "wrong_tenant", "count": 1}})");
  await_probes(5);
  EXPECT_EQ(told(), Told{}) << "a flap";

  authority.change("agency.example", to_theirs);
  await(0);
  const Metrics metrics = deployment.daemon().metrics();
  EXPECT_EQ(
      metrics[tenant_series("b2b_capability", "agency.example", "global", "state=\"supported\"")],
      1)
      << "the verdict stays";
  EXPECT_EQ(metrics[tenant_series("up", "agency.example")], 0);
  EXPECT_EQ(
      metrics[tenant_series("answering_info", "agency.example", "global",
                            fmt::format("cloud=\"global\",tenant_id=\"{}\",pin=\"lost\"", theirs))],
      1);
  EXPECT_EQ(metrics.count("tenantscope_tenant_last_change_timestamp_seconds"), 0);
  EXPECT_EQ(told(), Told{lost});

  EXPECT_EQ(deployment.stop(), 0);
  deployment.start();
  EXPECT_EQ(shown(), 0) << "before anything was asked";
  await_probes(4);
  EXPECT_EQ(told(), Told{lost});

  authority.change("agency.example", R"({"fault": "hang"})");
  await_probes(1);
  authority.change("agency.example", R"({"fault": null})");
  authority.change("agency.example", to_ours);
  await(1);
  EXPECT_EQ(told(), (Told{lost, met_again}));
  ASSERT_TRUE(eventually([&] { return deployment.undelivered() == 0; }));
  EXPECT_EQ(lines_of(read_file(deployment.storage() / "events.jsonl")), deployment.journal())
      << "the sink has them as the journal has";
}

TEST_F(Pins, SayWhoseTheVerdictIs) {
  configure(pinned);
  deployment.start();
  await(1);
  EXPECT_EQ(json::serialize(deployment.daemon().tenant("agency.example").at("pin")),
            fmt::format(R"({{"tenant_id":"{}","met":true,"answers":null}})", ours));
  authority.change("agency.example", to_theirs);
  await(0);
  const std::string limit = fmt::format(
      "This is the verdict of the pinned tenant, which doesn't answer now: global/{} answers to "
      "this name.",
      theirs);
  const json::object tenant = deployment.daemon().tenant("agency.example");
  EXPECT_EQ(tenant.at("b2b"), "supported");
  EXPECT_EQ(tenant.at("failure"), "identity");
  EXPECT_EQ(tenant.at("limits").as_array().back(), json::value(limit));
  EXPECT_EQ(json::serialize(tenant.at("pin")),
            fmt::format(R"({{"tenant_id":"{}","met":false,"answers":"global/{}"}})", ours, theirs));
  const std::string page = http_get(deployment.daemon().url() + "/tenants/agency.example").body;
  EXPECT_NE(page.find("which doesn&#39;t answer now: global/"), std::string::npos) << page;
  const std::string probed =
      http_get(deployment.daemon().url() + "/probe?target=agency.example").body;
  EXPECT_NE(probed.find("expectation=\"tenant_id\"} 0\n"), std::string::npos) << probed;
}

TEST_F(Pins, ThatComeLaterChangeAndGoTellWhatTheyFind) {
  configure("  - {name: agency.example}\n");
  deployment.start();
  ASSERT_TRUE(eventually([&] { return !deployment.daemon().events().empty(); }));
  EXPECT_EQ(shown(), std::nullopt);
  configure(fmt::format("  - {{name: agency.example, tenant_id: {}}}\n", theirs));
  deployment.reload();
  await(0);
  const std::string never_met = fmt::format("warning usgov/{} usgov/{} false", theirs, ours);
  EXPECT_EQ(told(), Told{never_met});

  configure(pinned);
  deployment.reload();
  await(1);
  ASSERT_TRUE(eventually([&] { return told().size() == 2; }));
  EXPECT_EQ(told(), (Told{never_met, met_again}));

  configure("  - {name: agency.example}\n");
  deployment.reload();
  EXPECT_EQ(shown(), std::nullopt);
  EXPECT_EQ(deployment.daemon().metrics().count("tenantscope_tenant_answering_info"), 0);
  await_probes(4);
  EXPECT_EQ(deployment.daemon().events().size(), 3u);
}

TEST_F(Pins, HoldANameThatIsAGuid) {
  configure(fmt::format("  - {{name: {0}, tenant_id: {0}}}\n", ours));
  deployment.start();
  await(1, ours);
  authority.change(ours, fmt::format(R"({{"tenant_id": "{}"}})", theirs));
  await(0, ours);
  EXPECT_EQ(told(), Told{fmt::format("critical global/{} global/{} false", ours, theirs)});
}

// A GUID is one without being pinned.
TEST_F(Pins, AreTheGuidsThatCommandsAskFor) {
  authority.change(ours, R"({"fault": "wrong_tenant"})");
  const TemporaryFolder folder;
  write_file(folder.path() / "c.yaml", configuration(authority.url(), ""));
  const std::string config = "--config.file=" + (folder.path() / "c.yaml").string();
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"lookup", ours, config},
        std::vector<std::string>{"explain", ours, "identity:saml", config}}) {
    const Finished finished = run_tenantscope(arguments);
    EXPECT_EQ(finished.exit_code, 1) << finished.out << finished.err;
    EXPECT_NE(finished.out.find("identity"), std::string::npos) << finished.out;
    EXPECT_EQ(finished.out.find("region scope"), std::string::npos) << finished.out;
  }
}

}  // namespace
}  // namespace tenantscope::e2e
