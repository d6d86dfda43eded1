// A configuration that changes under a running daemon: tenants, rules, labels and sinks come and
// go; states stay, and no event is made up.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <csignal>
#include <regex>

#include <fmt/format.h>

#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* scenario = R"(
tenants:
  - {name: agency.example, cloud: usgov, region_scope: USG}
  - {name: contoso.example, region_scope: NA}
  - {name: factory.example, cloud: china, region_scope: AS}
)";

class Reload : public testing::Test {
 protected:
  void start(const std::string& rest, const std::vector<std::string>& flags = {}) {
    configure(rest);
    deployment.start(flags);
  }

  void configure(
      const std::string& rest,
      const std::string& probe = "{interval: 100ms, timeout: 2s, confirm_interval: 50ms}") {
    deployment.configure(configuration(authority.url(), rest, probe));
  }

  void reload(const std::string& rest) {
    configure(rest);
    deployment.reload();
    ASSERT_EQ(metrics()["tenantscope_config_last_reload_successful"], 1)
        << deployment.daemon().log();
  }

  Metrics metrics() { return deployment.daemon().metrics(); }
  std::size_t events() { return deployment.daemon().events().size(); }

  void await_events(std::size_t count) {
    ASSERT_TRUE(eventually([&] { return events() == count; })) << deployment.daemon().log();
  }

  void await_probes(const std::string& tenant, std::uint64_t more) {
    const auto before = authority.requests(tenant);
    ASSERT_TRUE(eventually([&] { return authority.requests(tenant) >= before + more; }))
        << deployment.daemon().log();
  }

  Simulator authority{scenario};
  Deployment deployment{""};
};

TEST_F(Reload, TenantsComeGoAndReturn) {
  start("tenants: [{name: agency.example}]\n");
  await_events(1);
  reload("tenants: [{name: agency.example}, {name: contoso.example}]\n");
  await_events(2);
  EXPECT_EQ(metrics()["tenantscope_tenants"], 2);

  reload("tenants: [{name: contoso.example}]\n");
  EXPECT_EQ(metrics().count("tenantscope_tenant_b2b_capability{tenant=\"agency.example\""), 0);
  EXPECT_EQ(http_get(deployment.daemon().url() + "/api/v1/tenants/agency.example").status, 404);
  const auto requests = authority.requests("agency.example");
  await_probes("contoso.example", 3);
  EXPECT_LE(authority.requests("agency.example"), requests + 1);  // one may have been under way

  reload("tenants: [{name: agency.example}, {name: contoso.example}]\n");
  EXPECT_EQ(metrics()[tenant_series("region_scope", "agency.example", "global",
                                    R"(scope="USG",sub_scope="")")],
            1);
  await_probes("agency.example", 3);
  EXPECT_EQ(events(), 2);

  reload("tenants: [{name: contoso.example}]\n");
  authority.change("agency.example", R"({"region_scope": "USGov"})");
  await_probes("contoso.example", 3);
  reload("tenants: [{name: agency.example}, {name: contoso.example}]\n");
  await_events(3);
  const json::object event = deployment.daemon().events().back();
  EXPECT_EQ(text_at(event, "/type"), changed);
  EXPECT_EQ(text_at(event, "/data/generation"), "2");
}

TEST_F(Reload, ATenantThatLeftIsKnownAfterARestartToo) {
  start("tenants: [{name: agency.example}, {name: contoso.example}]\n");
  await_events(2);
  EXPECT_EQ(deployment.stop(), 0);
  start("tenants: [{name: contoso.example}]\n");
  authority.change("agency.example", R"({"region_scope": "USGov"})");
  await_probes("contoso.example", 2);
  EXPECT_EQ(deployment.stop(), 0);
  start("tenants: [{name: agency.example}, {name: contoso.example}]\n");
  await_events(3);
  EXPECT_EQ(text_at(deployment.daemon().events().back(), "/type"), changed);
}

TEST_F(Reload, OtherRulesJudgeAnewWithoutAnEvent) {
  const std::string tenants =
      "tenants: [{name: factory.example, cloud: china, expect: {b2b: supported}}, {name: "
      "agency.example}]\n";
  start(tenants);
  await_events(2);
  const auto capability = [](const char* state) {
    return tenant_series("b2b_capability", "factory.example", "china",
                         fmt::format("state=\"{}\"", state));
  };
  EXPECT_EQ(metrics()[capability("supported")], 1);

  reload("rules: seed-2022\n" + tenants);
  EXPECT_EQ(metrics()[capability("supported")], 0);
  EXPECT_EQ(metrics()[capability("unknown")], 1);
  EXPECT_EQ(metrics()[tenant_series("expectation_met", "factory.example", "china",
                                    "expectation=\"b2b\"")],
            0);
  EXPECT_EQ(text_at(deployment.daemon().tenant("factory.example", "china"), "/rules"), "seed-2022");
  const auto logged = lines_with(deployment.daemon().log(), {"msg=\"verdict under other rules\""});
  ASSERT_EQ(logged.size(), 1) << deployment.daemon().log();
  EXPECT_EQ(lines_with(logged[0] + "\n", {"tenant=factory.example", "rules=seed-2022",
                                          "from=supported", "to=unknown"})
                .size(),
            1)
      << logged[0];
  await_probes("factory.example", 3);
  EXPECT_EQ(events(), 2);
  EXPECT_EQ(metrics().count("tenantscope_tenant_last_change_timestamp_seconds"), 0);

  authority.change("factory.example", R"({"region_scope": "XX"})");
  await_events(3);
  const json::object event = deployment.daemon().events().back();
  EXPECT_EQ(text_at(event, "/data/changes"), R"([{"field":"region_scope","from":"AS","to":"XX"}])");
  EXPECT_EQ(text_at(event, "/data/verdict/rules"), "seed-2022");
}

TEST_F(Reload, LabelsPinsExpectationsAndIntervalsAct) {
  start("tenants: [{name: contoso.example, labels: {team: identity}, interval: 1h}]\n");
  await_events(1);
  const std::string id = text_at(authority.tenant("contoso.example"), "/tenant_id");
  const auto info = [&](const std::string& labels) {
    return metrics()[tenant_series(
        "info", "contoso.example", "global",
        fmt::format(R"(cloud="global",environment="commercial",tenant_id="{}"{})", id, labels))];
  };
  EXPECT_EQ(info(R"(,team="identity")"), 1);
  reload(
      "tenants: [{name: contoso.example, labels: {owner: b, site: a}, expect: {region_scope: "
      "EU}}]\n");
  EXPECT_EQ(info(R"(,team="identity")"), std::nullopt);
  EXPECT_EQ(info(R"(,owner="b",site="a")"), 1);
  EXPECT_EQ(metrics()[tenant_series("expectation_met", "contoso.example", "global",
                                    "expectation=\"region_scope\"")],
            0);
  await_probes("contoso.example", 3);

  reload("tenants: [{name: contoso.example, tenant_id: 00000000-0000-0000-0000-00000000000a}]\n");
  EXPECT_TRUE(eventually([&] {
    return metrics()[tenant_series("failure_info", "contoso.example", "global",
                                   "reason=\"identity\"")] == 1;
  }));
  EXPECT_EQ(metrics()[tenant_series("region_scope", "contoso.example", "global",
                                    R"(scope="NA",sub_scope="")")],
            1);
  await_events(2);
  EXPECT_EQ(text_at(deployment.daemon().events().back(), "/data/severity"), "warning");
  reload(fmt::format("tenants: [{{name: contoso.example, tenant_id: {}}}]\n", id));
  EXPECT_TRUE(eventually([&] { return metrics()[tenant_series("up", "contoso.example")] == 1; }));
  await_events(3);
  EXPECT_EQ(text_at(deployment.daemon().events().back(), "/data/expectations/0/met"), "true");
}

TEST_F(Reload, SinksComeGoAndAreOpenedAnew) {
  const std::string tenants = "tenants: [{name: contoso.example}]\n";
  const auto delivered = [&](const char* file) {
    return lines_of(read_file(deployment.storage() / file)).size();
  };
  start(tenants + "events: {sinks: [{name: first, file: {path: first.jsonl}}]}\n");
  EXPECT_TRUE(eventually([&] { return delivered("first.jsonl") == 1; }))
      << deployment.daemon().log();

  reload(tenants +
         "events: {source: \"urn:other\", sinks: [{name: first, file: {path: first.jsonl}}, {name: "
         "second, file: {path: second.jsonl}}]}\n");
  authority.change("contoso.example", R"({"region_scope": "EU"})");
  EXPECT_TRUE(eventually([&] {
    return delivered("first.jsonl") == 2 && delivered("second.jsonl") == 1;
  })) << deployment.daemon().log();
  EXPECT_EQ(text_at(deployment.daemon().events().back(), "/source"), "urn:other");

  // As logrotate does it.
  std::filesystem::rename(deployment.storage() / "first.jsonl",
                          deployment.storage() / "first.jsonl.1");
  reload(tenants + "events: {sinks: [{name: first, file: {path: first.jsonl}}]}\n");
  EXPECT_EQ(metrics().count("tenantscope_event_deliveries_total{"), 1);
  authority.change("contoso.example", R"({"region_scope": "AS"})");
  EXPECT_TRUE(eventually([&] { return delivered("first.jsonl") == 1; }))
      << deployment.daemon().log();
  EXPECT_EQ(delivered("first.jsonl.1"), 2);
  EXPECT_EQ(delivered("second.jsonl"), 1);
}

TEST_F(Reload, TenantFilesAreReadAgain) {
  const auto file = deployment.folder() / "tenants.d" / "team.json";
  std::filesystem::create_directory(file.parent_path());
  write_file(file, R"([{"name": "contoso.example"}])");
  start("tenant_files: [\"tenants.d/*.json\"]\n");
  await_events(1);
  write_file(file,
             R"([{"name": "contoso.example"}, {"name": "agency.example", "clowd": "usgov"}])");
  deployment.reload();
  EXPECT_EQ(metrics()["tenantscope_config_last_reload_successful"], 0);
  EXPECT_EQ(
      lines_with(deployment.daemon().log(), {file.string() + ":1:58: ", "did you mean `cloud`?"})
          .size(),
      1)
      << deployment.daemon().log();
  write_file(file,
             R"([{"name": "contoso.example"}, {"name": "agency.example", "cloud": "usgov"}])");
  deployment.reload();
  await_events(2);
}

TEST_F(Reload, TakesNothingAwayBecauseNothingWasRead) {
  start("tenants: [{name: contoso.example}, {name: agency.example}]\n");
  const auto check = [&] {
    return run_tenantscope({"config", "check", deployment.config_file().string()});
  };
  for (const char* nothing : {"", "# to be written\n"}) {
    deployment.configure(nothing);
    EXPECT_EQ(check().exit_code, 78);
    EXPECT_EQ(lines_of(check().out).size(), 1u) << check().out;
    deployment.reload();
    EXPECT_EQ(metrics()["tenantscope_config_last_reload_successful"], 0);
    EXPECT_EQ(metrics()["tenantscope_tenants"], 2);
  }
  deployment.configure("tenants: []\n");
  EXPECT_EQ(check().exit_code, 0);
  EXPECT_NE(check().out.find(":1:1: warning: the configuration watches nothing"), std::string::npos)
      << check().out;
}

TEST_F(Reload, TakesAllTenantsAwayOnceItIsAskedTwice) {
  start("tenants: [{name: contoso.example}, {name: agency.example}]\n", {"--web.enable-lifecycle"});
  const std::string reload_url = deployment.daemon().url() + "/-/reload";
  configure("tenants: []\n");
  const HttpAnswer refused = http("POST", reload_url);
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find(":1:1: 2 of 2 tenants would leave"), std::string::npos)
      << refused.body;
  EXPECT_TRUE(eventually([&] {
    return lines_with(deployment.daemon().log(),
                      {"level=warn", "configuration not reloaded: tenants would leave",
                       "leaving=2 watched=2"})
               .size() == 1;
  })) << deployment.daemon().log();
  EXPECT_EQ(http("POST", reload_url).status, 200);
  EXPECT_EQ(metrics()["tenantscope_tenants"], 0);
  EXPECT_EQ(metrics()["tenantscope_config_last_reload_successful"], 1);
}

TEST_F(Reload, LooksAgainByItselfWhereAllTenantsLeave) {
  start("tenants: [{name: contoso.example}, {name: agency.example}]\n");
  configure("tenants: []\n");
  deployment.reload();
  EXPECT_EQ(lines_with(deployment.daemon().log(), {"configuration not reloaded"}).size(), 1u)
      << deployment.daemon().log();
  EXPECT_TRUE(eventually([&] { return metrics()["tenantscope_tenants"] == 0; }))
      << deployment.daemon().log();
}

TEST_F(Reload, OverHttpNeedsTheLifecycleFlag) {
  start("tenants: [{name: contoso.example}]\n");
  EXPECT_EQ(http("POST", deployment.daemon().url() + "/-/reload").status, 403);
  EXPECT_EQ(deployment.stop(), 0);

  start("tenants: [{name: contoso.example}]\n", {"--web.enable-lifecycle"});
  const std::string reload_url = deployment.daemon().url() + "/-/reload";
  EXPECT_EQ(http_get(reload_url).status, 405);
  configure("tenants: [{name: contoso.example}, {name: agency.example}]\n");
  EXPECT_EQ(http("POST", reload_url).status, 200);
  EXPECT_EQ(metrics()["tenantscope_tenants"], 2);

  configure("tenants: [{name: common}]\nrule: docs-2025\n");
  const HttpAnswer refused = http("POST", reload_url);
  EXPECT_EQ(refused.status, 400);
  const auto findings = lines_of(refused.body);
  EXPECT_GE(findings.size(), 2) << refused.body;
  for (const std::string& finding : findings)
    EXPECT_TRUE(finding.starts_with(deployment.config_file().string() + ":")) << finding;
  EXPECT_EQ(metrics()["tenantscope_config_last_reload_successful"], 0);
  EXPECT_EQ(metrics()["tenantscope_tenants"], 2);
}

TEST_F(Reload, IsFineInTheMiddleOfEverything) {
  const std::string one = "tenants: [{name: contoso.example, interval: 20ms}]\n";
  const std::string two =
      "tenants: [{name: contoso.example, interval: 20ms}, {name: agency.example, interval: "
      "20ms}]\n";
  start(two);
  await_events(2);
  for (int i = 0; i < 10; ++i) {
    authority.change("contoso.example", fmt::format(R"({{"region_scope": "X{}"}})", i));
    reload(i % 2 == 0 ? one : two);
    await_events(3 + std::size_t(i));
  }
  EXPECT_EQ(deployment.stop(), 0);
  EXPECT_EQ(deployment.journal().size(), 12);
}

TEST_F(Reload, TheLogIsLogfmtOrJson) {
  start("tenants: [{name: contoso.example}, {name: portal.example}]\n");
  await_events(2);
  authority.change("portal.example", R"({"fault": "html"})");
  EXPECT_TRUE(eventually(
      [&] { return !lines_with(deployment.daemon().log(), {"msg=\"probe failed\""}).empty(); }));
  EXPECT_EQ(deployment.stop(), 0);
  const std::regex logfmt(
      R"(ts=\S+Z level=(info|warn|error) msg="[^"]+"( [a-z0-9_]+=("([^"\\]|\\.)*"|[^ "]+))*)");
  for (const std::string& line : lines_of(deployment.daemon().log()))
    EXPECT_TRUE(std::regex_match(line, logfmt)) << line;

  start("tenants: [{name: contoso.example}, {name: portal.example}]\n", {"--log.format=json"});
  EXPECT_TRUE(eventually([&] {
    return !lines_with(deployment.daemon().log(), {"\"msg\":\"probe failed\""}).empty();
  }));
  EXPECT_EQ(deployment.stop(), 0);
  for (const std::string& line : lines_of(deployment.daemon().log())) {
    const json::object object = parsed(line);
    for (const char* key : {"ts", "level", "msg"})
      EXPECT_TRUE(object.contains(key)) << line;
  }

  Daemon& quiet =
      deployment.launch({"--log.level=error",
                         "--web.listen-address=unix:" + (deployment.folder() / "socket").string()});
  await_probes("portal.example", 3);
  EXPECT_TRUE(std::filesystem::exists(deployment.folder() / "socket"));
  EXPECT_EQ(deployment.stop(), 0);
  EXPECT_EQ(quiet.log(), "");
  EXPECT_FALSE(std::filesystem::exists(deployment.folder() / "socket"));
}

}  // namespace
}  // namespace tenantscope::e2e
