// The main job, played through: tenants of every class, a flip, a tenant that vanishes, one that
// fails, a restart.
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <csignal>

#include <fmt/format.h>

#include "e2e/rehearsal.hpp"
#include "support/own_loopback.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* every_class = R"(
tenants:
  - {name: agency.example, cloud: usgov, region_scope: USG}
  - {name: defence.example, cloud: usgov, region_scope: USGov, sub_scope: DOD}
  - {name: bureau.example, cloud: usgov, hosts: global, region_scope: USG}
  - {name: territory.example, cloud: usgov}
  - {name: contoso.example, region_scope: NA}
  - {name: county.example, region_scope: NA, sub_scope: GCC}
  - {name: partner.example, region_scope: EU}
  - {name: factory.example, cloud: china, region_scope: AS}
  - {name: ministere.example, cloud: bleu, region_scope: FG}
  - {name: newcomer.example, cloud: unrecognised, region_scope: XX}
  - {name: portal.example, region_scope: NA, fault: html}
)";

constexpr const char* watch_every_class = R"(
tenants:
  - {name: agency.example, cloud: usgov, expect: {region_scope: USGov, b2b: supported}, labels: {team: identity}}
  - {name: defence.example, cloud: usgov}
  - {name: bureau.example}
  - {name: territory.example, cloud: usgov}
  - {name: contoso.example, expect: {b2b: supported}}
  - {name: county.example}
  - {name: partner.example}
  - {name: factory.example, cloud: china}
  - {name: ministere.example, cloud: bleu}
  - {name: newcomer.example}
  - {name: portal.example}
  - {name: missing.example}
events:
  sinks:
    - {name: audit, file: {path: events.jsonl}}
)";

class Rehearsal : public testing::Test {
 protected:
  // Started, and every tenant probed at least once.
  void start(const std::string& probe =
                 "{interval: 200ms, timeout: 2s, confirmations: 2, confirm_interval: 50ms}") {
    deployment.configure(configuration(authority.url(), watch_every_class, probe));
    deployment.start();
    ASSERT_TRUE(eventually([&] {
      const Metrics metrics = deployment.daemon().metrics();
      return metrics.count("tenantscope_tenant_up{") == 12 &&
             metrics.count("tenantscope_tenant_found{") == 11;
    })) << deployment.daemon().log();
  }

  void expect_holds(const std::string& series, double value = 1) {
    EXPECT_TRUE(eventually([&] { return deployment.daemon().metrics()[series] == value; }))
        << series << " never was " << value;
  }

  // The events but the baselines, once there are as many.
  std::vector<json::object> await_changes(std::size_t count) {
    std::vector<json::object> changes;
    EXPECT_TRUE(eventually([&] {
      changes = of_type(deployment.daemon().events(), changed);
      return changes.size() >= count;
    })) << deployment.daemon().log();
    return changes;
  }

  void await_probes(const std::string& tenant, std::uint64_t more) {
    const auto before = authority.requests(tenant);
    EXPECT_TRUE(eventually([&] { return authority.requests(tenant) >= before + more; }));
  }

  Simulator authority{every_class, {"--listen-address=" + own_loopback() + ":0"}};
  Deployment deployment{""};
};

TEST_F(Rehearsal, ShowsTenantsOfEveryClass) {
  start();
  const Metrics metrics = deployment.daemon().metrics();
  struct {
    const char* tenant;
    const char* asked;
    const char* cloud;
    const char* environment;
    std::optional<std::string> scope;  // none: not found, or never seen
    const char* sub_scope;
    const char* state;
    std::optional<double> found;
  } const expected[] = {
      {"agency.example", "usgov", "usgov", "azure_government", "USG", "", "not_supported", 1},
      {"defence.example", "usgov", "usgov", "dod", "USGov", "DOD", "supported", 1},
      {"bureau.example", "global", "usgov", "azure_government", "USG", "", "not_supported", 1},
      {"territory.example", "usgov", "usgov", "azure_government", "", "", "unknown", 1},
      {"contoso.example", "global", "global", "commercial", "NA", "", "supported", 1},
      {"county.example", "global", "global", "gcc", "NA", "GCC", "supported", 1},
      {"partner.example", "global", "global", "commercial", "EU", "", "supported", 1},
      {"factory.example", "china", "china", "china", "AS", "", "supported", 1},
      {"ministere.example", "bleu", "bleu", "bleu", "FG", "", "unknown", 1},
      {"newcomer.example", "global", "", "unknown", "XX", "", "unknown", 1},
      {"portal.example", "global", "", "unknown", {}, "", "unknown", {}},
      {"missing.example", "global", "", "unknown", {}, "", "unknown", 0},
  };
  for (const auto& tenant : expected) {
    SCOPED_TRACE(tenant.tenant);
    const auto value = [&](const std::string& name, const std::string& labels = "") {
      return metrics[tenant_series(name, tenant.tenant, tenant.asked, labels)];
    };
    const auto beginnings = [&](const std::string& name) {
      std::string beginning = tenant_series(name, tenant.tenant, tenant.asked);
      beginning.pop_back();
      return metrics.count(beginning);
    };
    for (const char* state : {"supported", "not_supported", "unknown"})
      EXPECT_EQ(value("b2b_capability", fmt::format("state=\"{}\"", state)),
                state == std::string(tenant.state))
          << state;
    EXPECT_EQ(value("found"), tenant.found);
    EXPECT_EQ(beginnings("region_scope"), tenant.scope ? 1 : 0);
    if (tenant.scope) {
      EXPECT_EQ(value("region_scope",
                      fmt::format(R"(scope="{}",sub_scope="{}")", *tenant.scope, tenant.sub_scope)),
                1);
      const std::string id = text_at(authority.tenant(tenant.tenant), "/tenant_id");
      const std::string team =
          tenant.tenant == std::string("agency.example") ? R"(,team="identity")" : "";
      EXPECT_EQ(value("info", fmt::format(R"(cloud="{}",environment="{}",tenant_id="{}"{})",
                                          tenant.cloud, tenant.environment, id, team)),
                1);
    }
    EXPECT_EQ(beginnings("info"), tenant.found ? 1 : 0);
    EXPECT_EQ(beginnings("last_change_timestamp_seconds"), 0);
    EXPECT_EQ(value("change_pending"), 0);
    EXPECT_EQ(value("stale"), 0);
    const bool fails = !tenant.found;
    EXPECT_EQ(value("up"), !fails);
    EXPECT_EQ(value("last_success_timestamp_seconds").has_value(), !fails);
    EXPECT_EQ(value("failure_info", "reason=\"not_json\""),
              fails ? std::optional<double>(1) : std::nullopt);
    EXPECT_EQ(value("probe_failures_total") > 0, fails);
  }
  EXPECT_EQ(metrics[tenant_series("expectation_met", "agency.example", "usgov",
                                  "expectation=\"region_scope\"")],
            0);
  EXPECT_EQ(
      metrics[tenant_series("expectation_met", "agency.example", "usgov", "expectation=\"b2b\"")],
      0);
  EXPECT_EQ(
      metrics[tenant_series("expectation_met", "contoso.example", "global", "expectation=\"b2b\"")],
      1);
  EXPECT_EQ(metrics.count("tenantscope_tenant_expectation_met"), 3);
  EXPECT_EQ(metrics["tenantscope_tenants"], 12);
  EXPECT_EQ(of_type(deployment.daemon().events(), baselined).size(), 11);
  EXPECT_EQ(metrics["tenantscope_events_total{kind=\"baselined\"}"], 11);
  EXPECT_EQ(metrics["tenantscope_storage_up"], 1);
}

TEST_F(Rehearsal, AFlipIsShownEverywhereOnce) {
  start();
  authority.change("agency.example", R"({"region_scope": "USGov", "sub_scope": "DODCON"})");
  const std::vector<json::object> changes = await_changes(1);
  ASSERT_EQ(changes.size(), 1);
  const json::object& event = changes[0];
  const std::string id = text_at(event, "/id");

  EXPECT_EQ(text_at(event, "/specversion"), "1.0");
  EXPECT_EQ(text_at(event, "/source"), "tenantscope");
  EXPECT_EQ(text_at(event, "/subject"), "agency.example");
  EXPECT_EQ(text_at(event, "/datacontenttype"), "application/json");
  EXPECT_EQ(text_at(event, "/sequence"), fmt::format("{:020}", 13));
  EXPECT_EQ(text_at(event, "/data/tenant"), "agency.example");
  EXPECT_EQ(text_at(event, "/data/asked"), "usgov");
  EXPECT_EQ(text_at(event, "/data/generation"), "2");
  EXPECT_EQ(text_at(event, "/data/severity"), "warning");
  const std::string summary =
      "agency.example@usgov: region scope USG -> USGov, sub scope none -> DODCON, B2B not "
      "supported "
      "-> supported, environment Azure Government -> GCC High.";
  EXPECT_EQ(text_at(event, "/data/summary"), summary);
  EXPECT_EQ(text_at(event, "/data/confirmations"), "2");
  EXPECT_EQ(
      text_at(event, "/data/changes"),
      R"([{"field":"region_scope","from":"USG","to":"USGov"},{"field":"sub_scope","from":"","to":"DODCON"},)"
      R"({"field":"b2b_capability","from":"not_supported","to":"supported"}])");
  const std::string tenant_id = text_at(authority.tenant("agency.example"), "/tenant_id");
  const auto finding = [&](const char* environment, const char* scope, const char* sub_scope,
                           const char* b2b) {
    return fmt::format(
        R"({{"found":true,"cloud":"usgov","environment":"{}","tenant_id":"{}","region_scope":"{}","sub_scope":"{}","b2b":"{}"}})",
        environment, tenant_id, scope, sub_scope, b2b);
  };
  EXPECT_EQ(text_at(event, "/data/previous"),
            finding("azure_government", "USG", "", "not_supported"));
  EXPECT_EQ(text_at(event, "/data/current"), finding("gcc_high", "USGov", "DODCON", "supported"));
  EXPECT_EQ(text_at(event, "/data/verdict/rule"), "usgov-scope-usgov");
  EXPECT_EQ(text_at(event, "/data/verdict/rules"), "docs-2026");
  EXPECT_EQ(text_at(event, "/data/evidence/url"),
            authority.url() + "/agency.example/v2.0/.well-known/openid-configuration");
  EXPECT_EQ(text_at(event, "/data/evidence/status"), "200");
  EXPECT_EQ(text_at(event, "/data/evidence/sha256").size(), 64);
  EXPECT_EQ(text_at(event, "/data/evidence/request_id").size(), 36);
  EXPECT_LE(text_at(event, "/data/first_seen"), text_at(event, "/data/confirmed"));
  EXPECT_EQ(text_at(event, "/time"), text_at(event, "/data/confirmed"));

  await_probes("agency.example", 5);
  expect_holds("tenantscope_event_outbox_events{sink=\"audit\"}", 0);
  const Metrics metrics = deployment.daemon().metrics();
  EXPECT_EQ(
      metrics[tenant_series("b2b_capability", "agency.example", "usgov", "state=\"supported\"")],
      1);
  EXPECT_EQ(metrics[tenant_series("b2b_capability", "agency.example", "usgov",
                                  "state=\"not_supported\"")],
            0);
  EXPECT_EQ(metrics[tenant_series("region_scope", "agency.example", "usgov",
                                  R"(scope="USGov",sub_scope="DODCON")")],
            1);
  EXPECT_EQ(metrics.count(R"(tenantscope_tenant_region_scope{tenant="agency.example")"), 1);
  for (const char* field : {"region_scope", "sub_scope", "b2b_capability"}) {
    EXPECT_GT(metrics[tenant_series("last_change_timestamp_seconds", "agency.example", "usgov",
                                    fmt::format("field=\"{}\"", field))],
              0)
        << field;
    EXPECT_EQ(metrics[fmt::format("tenantscope_changes_total{{field=\"{}\"}}", field)], 1) << field;
  }
  EXPECT_EQ(metrics.count("tenantscope_tenant_last_change_timestamp_seconds"), 3);
  EXPECT_EQ(metrics["tenantscope_events_total{kind=\"changed\"}"], 1);
  EXPECT_EQ(metrics[tenant_series("expectation_met", "agency.example", "usgov",
                                  "expectation=\"region_scope\"")],
            1);
  EXPECT_EQ(metrics["tenantscope_event_deliveries_total{sink=\"audit\"}"], 14);

  const auto logged = lines_with(deployment.daemon().log(), {"msg=\"tenant changed\""});
  ASSERT_EQ(logged.size(), 1) << deployment.daemon().log();
  EXPECT_EQ(lines_with(logged[0] + "\n", {"tenant=agency.example", "asked=usgov",
                                          "summary=\"" + summary + "\"", "sequence=13"})
                .size(),
            1)
      << logged[0];

  EXPECT_EQ(of_type(deployment.daemon().events(), changed).size(), 1);
  const auto delivered = lines_of(read_file(deployment.storage() / "events.jsonl"));
  EXPECT_EQ(delivered, deployment.journal());
  ASSERT_EQ(delivered.size(), 14);
  EXPECT_EQ(delivered[12], json::serialize(event));

  const Finished told =
      run_tenantscope({"events", "--url=" + deployment.daemon().url(), "--after=12"});
  ASSERT_EQ(lines_of(told.out).size(), 2) << told.err;
  EXPECT_NE(told.out.find(" warning  " + summary + "\n"), std::string::npos) << told.out;
  EXPECT_NE(told.out.find("agency.example@usgov: as expected again: region scope is USGov as "
                          "expected, B2B is supported as expected.\n"),
            std::string::npos)
      << told.out;

  const json::object tenant = deployment.daemon().tenant("agency.example", "usgov");
  EXPECT_EQ(text_at(tenant, "/b2b"), "supported");
  EXPECT_EQ(text_at(tenant, "/pending"), "false");
  EXPECT_EQ(text_at(tenant, "/last_change/region_scope"), text_at(event, "/data/confirmed"));
}

TEST_F(Rehearsal, ATenantVanishesAndReturns) {
  start();
  authority.change("partner.example", R"({"found": false})");
  auto changes = await_changes(1);
  ASSERT_EQ(changes.size(), 1);
  EXPECT_EQ(text_at(changes[0], "/data/severity"), "critical");
  EXPECT_EQ(
      text_at(changes[0], "/data/changes"),
      R"([{"field":"b2b_capability","from":"supported","to":"unknown"},{"field":"presence","from":"found","to":"not_found"}])");
  EXPECT_EQ(text_at(changes[0], "/data/current/found"), "false");
  expect_holds(tenant_series("found", "partner.example"), 0);
  const Metrics gone = deployment.daemon().metrics();
  EXPECT_EQ(gone.count(R"(tenantscope_tenant_region_scope{tenant="partner.example")"), 0);
  EXPECT_EQ(gone[tenant_series("up", "partner.example")], 1);
  EXPECT_EQ(gone[tenant_series("b2b_capability", "partner.example", "global", "state=\"unknown\"")],
            1);

  authority.change("partner.example", R"({"found": true})");
  changes = await_changes(2);
  ASSERT_EQ(changes.size(), 2);
  EXPECT_EQ(
      text_at(changes[1], "/data/changes"),
      R"([{"field":"b2b_capability","from":"unknown","to":"supported"},{"field":"presence","from":"not_found","to":"found"}])");
  EXPECT_EQ(text_at(changes[1], "/data/previous"), text_at(changes[0], "/data/current"));
  expect_holds(
      tenant_series("region_scope", "partner.example", "global", R"(scope="EU",sub_scope="")"));

  authority.change("partner.example", R"({"tenant_id": "11111111-2222-3333-4444-555555555555"})");
  changes = await_changes(3);
  ASSERT_EQ(changes.size(), 3);
  EXPECT_EQ(text_at(changes[2], "/data/changes/0/field"), "identity");
  EXPECT_EQ(text_at(changes[2], "/data/changes/0/to"),
            "global/11111111-2222-3333-4444-555555555555");
  EXPECT_EQ(text_at(changes[2], "/data/generation"), "4");
}

TEST_F(Rehearsal, AChangeThatAwaitsConfirmationIsPendingAndMayPass) {
  start("{interval: 100ms, timeout: 2s, confirmations: 100, confirm_interval: 100ms}");
  authority.change("contoso.example", R"({"region_scope": "EU"})");
  expect_holds(tenant_series("change_pending", "contoso.example"));
  EXPECT_EQ(text_at(deployment.daemon().tenant("contoso.example"), "/pending"), "true");
  EXPECT_EQ(deployment.daemon().metrics()[tenant_series("region_scope", "contoso.example", "global",
                                                        R"(scope="NA",sub_scope="")")],
            1);

  authority.change("contoso.example", R"({"region_scope": " na "})");
  expect_holds(tenant_series("change_pending", "contoso.example"), 0);
  EXPECT_EQ(of_type(deployment.daemon().events(), changed).size(), 0);
}

TEST_F(Rehearsal, AFailingTenantKeepsItsVerdict) {
  start();
  const Metrics before = deployment.daemon().metrics();
  authority.change("county.example", R"({"region_scope": "EU", "fault": "cut"})");
  expect_holds(tenant_series("up", "county.example"), 0);
  await_probes("county.example", 3);
  const Metrics failing = deployment.daemon().metrics();
  EXPECT_EQ(
      failing[tenant_series("failure_info", "county.example", "global", "reason=\"connect\"")], 1);
  EXPECT_EQ(
      failing[tenant_series("b2b_capability", "county.example", "global", "state=\"supported\"")],
      1);
  EXPECT_EQ(failing[tenant_series("region_scope", "county.example", "global",
                                  R"(scope="NA",sub_scope="GCC")")],
            1);
  EXPECT_EQ(failing[tenant_series("change_pending", "county.example")], 0);
  EXPECT_GE(failing[tenant_series("probe_failures_total", "county.example")], 3);
  const std::string last_success =
      tenant_series("last_success_timestamp_seconds", "county.example");
  EXPECT_GE(failing[last_success], before[last_success]);
  EXPECT_EQ(text_at(deployment.daemon().tenant("county.example"), "/failure"), "connect");

  authority.change("county.example", R"({"region_scope": "NA", "fault": "none"})");
  expect_holds(tenant_series("up", "county.example"));
  EXPECT_EQ(deployment.daemon().metrics().count(
                R"(tenantscope_tenant_failure_info{tenant="county.example")"),
            0);
  EXPECT_EQ(of_type(deployment.daemon().events(), changed).size(), 0);
  const std::string log = deployment.daemon().log();
  EXPECT_EQ(
      lines_with(log, {"msg=\"probe failed\"", "tenant=county.example", "reason=connect"}).size(),
      1)
      << log;
  EXPECT_EQ(lines_with(log, {"msg=\"probe succeeds again\"", "tenant=county.example"}).size(), 1)
      << log;
}

TEST_F(Rehearsal, SilenceMakesATenantStale) {
  start("{interval: 100ms, timeout: 2s, confirm_interval: 50ms, stale_after: 300ms}");
  authority.change("county.example", R"({"fault": "html"})");
  expect_holds(tenant_series("stale", "county.example"));
  expect_holds(tenant_series("stale", "portal.example"));
  expect_holds(tenant_series("stale", "contoso.example"), 0);
}

TEST_F(Rehearsal, StopsCleanlyWhateverIsUnderWay) {
  for (const int signal : {SIGTERM, SIGINT}) {
    authority.change("contoso.example", R"({"fault": "none"})");
    start("{interval: 100ms, timeout: 20s, confirm_interval: 50ms}");
    authority.change("contoso.example", R"({"fault": "hang"})");
    await_probes("contoso.example", 1);
    Process long_poll(
        tenantscope_command({"events", "--follow", "--url=" + deployment.daemon().url()}));
    ASSERT_TRUE(eventually([&] { return lines_of(long_poll.out()).size() >= 11; }));

    deployment.daemon().process().signal(signal);
    EXPECT_EQ(deployment.daemon().process().wait(std::chrono::seconds(5)), 0);
    EXPECT_FALSE(lines_with(deployment.daemon().log(), {"msg=\"stopped\""}).empty())
        << deployment.daemon().log();
    EXPECT_EQ(long_poll.wait(), 1);
  }
}

TEST_F(Rehearsal, ARestartShowsWhatWasKnownAndFindsWhatChangedMeanwhile) {
  start();
  authority.change("agency.example", R"({"region_scope": "USGov"})");
  ASSERT_EQ(await_changes(1).size(), 1);
  const std::string last_change = tenant_series("last_change_timestamp_seconds", "agency.example",
                                                "usgov", "field=\"region_scope\"");
  const std::string last_success =
      tenant_series("last_success_timestamp_seconds", "agency.example", "usgov");
  const std::string left = tenant_series("b2b_capability_left_timestamp_seconds", "agency.example",
                                         "usgov", "state=\"not_supported\"");
  const auto changed_at = deployment.daemon().metrics()[last_change];
  EXPECT_EQ(deployment.daemon().metrics()[left], changed_at);
  const auto heard_at = deployment.daemon().metrics()[last_success];
  EXPECT_EQ(deployment.stop(), 0);
  const auto journal = deployment.journal();
  EXPECT_EQ(journal.size(), 14);

  const std::string address = authority.address();
  authority.process().signal(SIGTERM);
  EXPECT_EQ(authority.process().wait(), 0);
  deployment.start();
  const Metrics restarted = deployment.daemon().metrics();
  EXPECT_EQ(
      restarted[tenant_series("b2b_capability", "agency.example", "usgov", "state=\"supported\"")],
      1);
  EXPECT_EQ(restarted[tenant_series("region_scope", "agency.example", "usgov",
                                    R"(scope="USGov",sub_scope="")")],
            1);
  EXPECT_EQ(restarted[tenant_series("found", "missing.example")], 0);
  EXPECT_EQ(restarted[last_change], changed_at);
  EXPECT_EQ(restarted[left], changed_at);
  EXPECT_GE(restarted[last_success], heard_at);
  EXPECT_NE(restarted[tenant_series("up", "agency.example", "usgov")], 1);
  expect_holds(tenant_series("failure_info", "agency.example", "usgov", "reason=\"connect\""));
  expect_holds("tenantscope_authority_up{asked=\"global\"}", 0);
  EXPECT_TRUE(eventually([&] {
    return lines_with(deployment.daemon().log(), {"msg=\"authority can't be reached"}).size() >= 2;
  }));
  EXPECT_EQ(deployment.journal(), journal);
  EXPECT_EQ(deployment.daemon().events().size(), journal.size());

  std::string meanwhile = every_class;
  meanwhile.replace(meanwhile.find("region_scope: EU"), 16, "region_scope: AS");
  meanwhile.replace(meanwhile.find("region_scope: USG}"), 18, "region_scope: USGov}");
  const Simulator back(meanwhile, {"--listen-address=" + address});
  const auto changes = await_changes(2);
  ASSERT_EQ(changes.size(), 2);
  EXPECT_EQ(text_at(changes[1], "/subject"), "partner.example");
  EXPECT_EQ(text_at(changes[1], "/data/changes"),
            R"([{"field":"region_scope","from":"EU","to":"AS"}])");
  expect_holds("tenantscope_authority_up{asked=\"global\"}");
  expect_holds(tenant_series("up", "agency.example", "usgov"));
  const std::string log = deployment.daemon().log();
  for (const char* asked : {"asked=global", "asked=usgov"}) {
    EXPECT_EQ(lines_with(log, {"msg=\"authority can't be reached", asked}).size(), 1) << log;
    EXPECT_LE(lines_with(log, {"msg=\"probe failed\"", asked, "reason=connect"}).size(), 4)
        << "told of the authority, not of each tenant\n"
        << log;
  }

  EXPECT_EQ(deployment.stop(), 0);
  deployment.start();
  expect_holds(tenant_series("up", "partner.example"));
  const auto requests = back.requests("partner.example");
  EXPECT_TRUE(eventually([&] { return back.requests("partner.example") >= requests + 3; }));
  EXPECT_EQ(deployment.journal().size(), 15);
}

TEST(FirstStart, WithAThousandTenantsMakesAHandfulOfCommits) {
  std::string scenario = "tenants:\n";
  std::string tenants = "tenants:\n";
  for (int i = 0; i < 1000; ++i) {
    scenario += fmt::format("  - {{name: t{}.example, region_scope: NA}}\n", i);
    tenants += fmt::format("  - {{name: t{}.example}}\n", i);
  }
  const Simulator authority(scenario);
  Deployment deployment(configuration(authority.url(), tenants, "{interval: 1m}"));
  deployment.start();
  EXPECT_TRUE(eventually([&] {
    return deployment.daemon().metrics()["tenantscope_events_total{kind=\"baselined\"}"] == 1000;
  }));
  const Metrics metrics = deployment.daemon().metrics();
  EXPECT_LE(metrics["tenantscope_storage_commits_total"], 20);
  EXPECT_LE(metrics["tenantscope_authority_connections_opened_total{asked=\"global\"}"], 16);
  EXPECT_EQ(deployment.journal().size(), 1000);
}

}  // namespace
}  // namespace tenantscope::e2e
