// /probe of a real daemon: what it asks, whom, and what Prometheus' own tool says of the answer.
#include <gtest/gtest.h>

#include "e2e/rehearsal.hpp"
#include "e2e/tools.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* scenario = R"(
tenants:
  - {name: agency.example, tenant_id: 00000000-0000-0000-0000-00000000000a, cloud: usgov, region_scope: USGov, sub_scope: DODCON}
  - {name: other.example, region_scope: EU}
  - {name: silent.example, fault: hang}
)";

constexpr const char* rest = R"(
tenants:
  - {name: agency.example, cloud: usgov, interval: 1h, expect: {b2b: supported}, labels: {team: identity}}
)";

class Probe : public testing::Test {
 protected:
  void start(const std::vector<std::string>& flags = {}) {
    deployment.start(flags);
    ASSERT_TRUE(eventually([&] {
      return deployment.daemon().metrics()[tenant_series("found", "agency.example", "usgov")] == 1;
    }));
  }
  HttpAnswer probe(const std::string& query, const std::vector<std::string>& headers = {}) {
    return http_get(deployment.daemon().url() + "/probe?" + query, headers);
  }

  const Simulator authority{scenario};
  Deployment deployment{configuration(authority.url(), rest)};
};

TEST_F(Probe, AsksNowAndMovesNothing) {
  start();
  const auto requests = authority.requests("agency.example");
  authority.change("agency.example", R"({"region_scope": "USG", "sub_scope": ""})");
  const HttpAnswer answer = probe("target=agency.example");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const Metrics seen(answer.body);
  EXPECT_EQ(seen["probe_success"], 1);
  EXPECT_EQ(
      seen[tenant_series("region_scope", "agency.example", "usgov", R"(scope="USG",sub_scope="")")],
      1);
  EXPECT_EQ(
      seen[tenant_series("b2b_capability", "agency.example", "usgov", R"(state="not_supported")")],
      1);
  EXPECT_EQ(
      seen[tenant_series("expectation_met", "agency.example", "usgov", R"(expectation="b2b")")], 0);
  EXPECT_EQ(authority.requests("agency.example"), requests + 1);

  const Metrics shown = deployment.daemon().metrics();
  EXPECT_EQ(shown[tenant_series("region_scope", "agency.example", "usgov",
                                R"(scope="USGov",sub_scope="DODCON")")],
            1);
  EXPECT_EQ(shown[tenant_series("change_pending", "agency.example", "usgov")], 0);
  EXPECT_EQ(shown["tenantscope_authority_requests_total{asked=\"usgov\",outcome=\"found\"}"], 2);
}

TEST_F(Probe, IsForConfiguredTenantsUnlessItIsEnabled) {
  start();
  EXPECT_EQ(probe("target=other.example").status, 403);
  EXPECT_EQ(authority.requests("other.example"), 0u);
  EXPECT_EQ(probe("target=common").status, 400);
  EXPECT_EQ(probe("target=two+words").status, 400);
  EXPECT_EQ(probe("").status, 400);
  deployment.stop();

  start({"--web.enable-probe"});
  EXPECT_EQ(Metrics(probe("target=other.example").body)[tenant_series(
                "region_scope", "other.example", "global", R"(scope="EU",sub_scope="")")],
            1);
  EXPECT_EQ(Metrics(probe("target=none.example&cloud=china")
                        .body)[tenant_series("found", "none.example", "china")],
            0);
  EXPECT_EQ(probe("target=other.example&cloud=moon").status, 400);
}

TEST_F(Probe, TakesNoLongerThanPrometheusWaits) {
  start({"--web.enable-probe"});
  const Metrics seen(
      probe("target=silent.example", {"X-Prometheus-Scrape-Timeout-Seconds: 0.3"}).body);
  EXPECT_EQ(seen["probe_success"], 0);
  EXPECT_EQ(seen[tenant_series("failure_info", "silent.example", "global", R"(reason="timeout")")],
            1);
}

TEST_F(Probe, SaysHowItWent) {
  start();
  const std::string text = probe("target=agency.example&debug=true").body;
  for (const char* part :
       {"agency.example (asked in usgov)\n  request     GET http://127.0.0.1:",
        "/agency.example/v2.0/.well-known/openid-configuration\n", "status      200\n",
        "  first byte  0.", "  header      Content-Type: application/json",
        "  B2B         supported\n", "  rule        usgov-scope-usgov of docs-2026\n",
        "\nprobe_success 1\n"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

TEST_F(Probe, PromtoolHasNothingToSay) {
  start();
  const Finished checked =
      run(tool("promtool", {"check", "metrics"}), probe("target=agency.example").body);
  EXPECT_EQ(checked.exit_code, 0);
  EXPECT_EQ(checked.out + checked.err, "");
}

}  // namespace
}  // namespace tenantscope::e2e
