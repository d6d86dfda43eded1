// What Prometheus gets: every name, label, HELP and TYPE as in golden_metrics.txt, promtool's
// opinion, and a real Prometheus's answers.
#include <gtest/gtest.h>

#include <csignal>
#include <regex>
#include <set>

#include <fmt/format.h>

#include "e2e/prometheus_server.hpp"
#include "e2e/rehearsal.hpp"
#include "e2e/tools.hpp"

namespace tenantscope::e2e {
namespace {

const std::string golden = TENANTSCOPE_SOURCE "/tests/e2e/golden_metrics.txt";
const std::vector<std::string> as_openmetrics{
    "Accept: application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"};

constexpr const char* scenario = R"(
tenants:
  - {name: agency.example, tenant_id: 00000000-0000-0000-0000-00000000000a, cloud: usgov, region_scope: USG}
  - {name: contoso.example, tenant_id: 00000000-0000-0000-0000-00000000000b, region_scope: NA}
  - {name: portal.example, fault: html}
  - {name: vault.example, tenant_id: 00000000-0000-0000-0000-00000000000c, region_scope: NA}
)";

constexpr const char* tenants = R"(
tenants:
  - {name: agency.example, cloud: usgov, expect: {region_scope: USGov, b2b: supported}, labels: {team: "identity \"west\""}}
  - {name: contoso.example}
  - {name: missing.example}
  - {name: portal.example}
  - {name: vault.example, tenant_id: 00000000-0000-0000-0000-00000000000a}
collaborations:
  - {name: joint, hosts: [agency.example], guests: [contoso.example, "identity:google"]}
events:
  sinks:
    - {name: audit, file: {path: events.jsonl}}
    - {name: broken, file: {path: no-such-folder/events.jsonl}}
)";

// A daemon that has something to show in every family: one tenant flipped, one vanished and
// returned, one fails, one isn't the pinned one, one sink fails.
class Prometheus : public testing::Test {
 protected:
  void SetUp() override {
    deployment.configure(configuration(authority.url(), tenants));
    deployment.start();
    await("tenantscope_events_total{kind=\"baselined\"}", 3);
    authority.change(
        "agency.example",
        R"({"region_scope": "USGov", "sub_scope": "DOD", "tenant_id": "00000000-0000-0000-0000-00000000000c"})");
    await("tenantscope_changes_total{field=\"identity\"}", 1);
    authority.change("contoso.example", R"({"found": false})");
    await("tenantscope_changes_total{field=\"presence\"}", 1);
    authority.change("contoso.example", R"({"found": true})");
    await("tenantscope_changes_total{field=\"presence\"}", 2);
    await("tenantscope_event_deliveries_total{sink=\"audit\"}", 13);
    await("tenantscope_event_outbox_events{sink=\"audit\"}", 0);
    await("tenantscope_event_outbox_events{sink=\"broken\"}", 13);
    await(tenant_series("up", "portal.example"), 0);
  }

  void await(const std::string& series, double value) {
    ASSERT_TRUE(eventually([&] { return deployment.daemon().metrics()[series] == value; }))
        << series << "\n"
        << deployment.daemon().log();
  }

  Simulator authority{scenario};
  Deployment deployment{""};
};

// Values, and the labels that depend on the build, are of no interest here.
std::string masked(const std::string& metrics) {
  static const std::regex build("\\b(version|revision|compiler)=\"[^\"]*\"");
  std::string text;
  for (const std::string& line : lines_of(metrics))
    text += (line.starts_with('#')
                 ? line
                 : std::regex_replace(line.substr(0, line.rfind(' ')), build, "$1=\"...\"")) +
            "\n";
  return text;
}

// The samples without their values; OpenMetrics writes a bucket's whole bound as 1.0.
std::set<std::string> series_of(const std::string& metrics) {
  static const std::regex whole_bound("le=\"(\\d+)\\.0\"");
  std::set<std::string> series;
  for (const std::string& line : lines_of(metrics))
    if (!line.starts_with('#'))
      series.insert(std::regex_replace(line.substr(0, line.rfind(' ')), whole_bound, "le=\"$1\""));
  return series;
}

TEST_F(Prometheus, SeesTheNamesLabelsHelpsAndTypesOfTheGoldenFile) {
  const std::string actual = masked(deployment.daemon().metrics().text());
  if (actual == read_file(golden))
    return;
  const auto kept = std::filesystem::temp_directory_path() / "tenantscope-golden-metrics.txt";
  write_file(kept, actual);
  FAIL() << "The metrics aren't those of the golden file. If that is meant, copy " << kept
         << " there.\n"
         << run({"/usr/bin/diff", "-u", golden, kept}).out;
}

TEST_F(Prometheus, GetsTheSameSeriesInBothFormats) {
  const HttpAnswer text = http_get(deployment.daemon().url() + "/metrics");
  EXPECT_EQ(text.content_type, "text/plain; version=0.0.4; charset=utf-8");
  const HttpAnswer openmetrics = http_get(deployment.daemon().url() + "/metrics", as_openmetrics);
  EXPECT_EQ(openmetrics.content_type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
  EXPECT_TRUE(openmetrics.body.ends_with("\n# EOF\n"));
  EXPECT_EQ(series_of(text.body), series_of(openmetrics.body));
  EXPECT_NE(openmetrics.body.find("# TYPE tenantscope_changes counter\n"), std::string::npos);
}

TEST_F(Prometheus, SeesNoNewSeriesWhateverIsAsked) {
  const std::string url = deployment.daemon().url();
  const std::set<std::string> before = series_of(http_get(url + "/metrics").body);
  for (const char* method : {"GET", "POST", "PUT", "BREW"})
    for (const char* path : {"/nothing", "/api/v1/nothing", "/api/v1/tenants/nobody.example",
                             "/probe?target=nobody.example", "/metrics?x=1"})
      http(method, url + path);
  EXPECT_EQ(series_of(http_get(url + "/metrics").body), before);
}

TEST_F(Prometheus, PromtoolHasNothingToSay) {
  const Finished checked =
      run(tool("promtool", {"check", "metrics"}), deployment.daemon().metrics().text());
  EXPECT_EQ(checked.exit_code, 0);
  EXPECT_EQ(checked.out + checked.err, "");
}

TEST_F(Prometheus, AnIndependentParserReadsTheSameInBothFormats) {
  const std::string url = deployment.daemon().url() + "/metrics";
  const Finished text = run_python("parse_metrics.py", {"text"}, http_get(url).body);
  const Finished openmetrics =
      run_python("parse_metrics.py", {"openmetrics"}, http_get(url, as_openmetrics).body);
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_EQ(openmetrics.exit_code, 0) << openmetrics.err;
  EXPECT_EQ(text.out, openmetrics.out);
  for (
      const std::string line :
      {R"(counter tenantscope_changes_total {"field": "region_scope"})",
       R"(help tenantscope_tenant_up "1: the last probe gave a valid answer; \"no such tenant\" is one.")"})
    EXPECT_FALSE(lines_with(openmetrics.out, {line}).empty()) << line << "\n" << openmetrics.out;
  EXPECT_EQ(lines_with(openmetrics.out, {R"("team": "identity \"west\"")"}).size(), 1u)
      << openmetrics.out;
}

TEST_F(Prometheus, GetsGzipWhereItTakesIt) {
  const std::string url = deployment.daemon().url() + "/metrics";
  const HttpAnswer plain = http_get(url);
  EXPECT_FALSE(plain.headers.contains("content-encoding"));
  EXPECT_EQ(plain.headers.at("vary"), "Accept, Accept-Encoding");
  const HttpAnswer compressed = http_get(url, {"Accept-Encoding: gzip"});
  EXPECT_EQ(compressed.headers.at("content-encoding"), "gzip");
  EXPECT_EQ(compressed.headers.at("vary"), "Accept, Accept-Encoding");
  EXPECT_EQ(compressed.headers.at("transfer-encoding"), "chunked");
  EXPECT_EQ(series_of(compressed.body), series_of(plain.body));
  EXPECT_FALSE(
      http_get(url, {"Accept-Encoding: gzip;q=0, *"}).headers.contains("content-encoding"));
  EXPECT_FALSE(http_get(url, {"Accept-Encoding: identity, gzip;q=0.5"})
                   .headers.contains("content-encoding"));
}

// Those that stop at a member's end, or don't know chunks.
TEST_F(Prometheus, GetsGzipThatOthersReadToo) {
  const std::string url = deployment.daemon().url() + "/metrics";
  const auto plain = series_of(http_get(url).body);
  for (const char* protocol : {"--http1.1", "--http1.0"})
    EXPECT_EQ(
        series_of(run(tool("curl", {"-sS", "--noproxy", "*", "--compressed", protocol, url})).out),
        plain)
        << protocol;
  const std::string read =
      "import gzip, sys, urllib.request as r; r.install_opener(r.build_opener(r.ProxyHandler({})));"
      "print(gzip.decompress(r.urlopen(r.Request(sys.argv[1], headers={'Accept-Encoding': "
      "'gzip'})).read()).decode(), end='')";
  EXPECT_EQ(series_of(run({"/usr/bin/python3", "-c", read, url}).out), plain);
}

// As dashboards/prometheus/prometheus.yaml shows.
TEST_F(Prometheus, ScrapesShards) {
  const std::string address = address_of(deployment.daemon().url());
  PrometheusServer server(fmt::format(R"(global: {{scrape_interval: 250ms, scrape_timeout: 250ms}}
scrape_configs:
  - job_name: tenantscope
    static_configs:
      - targets: ["1", "2", "3"]
    relabel_configs:
      - {{source_labels: [__address__], target_label: __param_shard, replacement: "$1/3"}}
      - {{source_labels: [__address__], target_label: instance, replacement: "{0}#$1"}}
      - {{target_label: __address__, replacement: "{0}"}}
)",
                                      address));
  const auto answers = [&](const std::string& promql, const std::string& label,
                           const std::vector<std::string>& expected) {
    std::vector<std::string> answer;
    EXPECT_TRUE(eventually([&] { return (answer = server.query(promql, label)) == expected; }))
        << promql << " gave " << testing::PrintToString(answer);
  };
  answers("sum by (job) (up)", "job", {"tenantscope 3"});
  answers("count by (job) (tenantscope_tenant_stale)", "job", {"tenantscope 5"});
  answers("count by (job) (count by (job, tenant) (tenantscope_tenant_stale))", "job",
          {"tenantscope 5"});
  answers("count by (job) (tenantscope_collaboration_capability)", "job", {"tenantscope 8"});
  answers("tenantscope_tenants", "instance", {address + "#1 5"});
}

TEST_F(Prometheus, ScrapesAndAnswers) {
  PrometheusServer server(
      fmt::format("global: {{scrape_interval: 250ms, scrape_timeout: 250ms}}\n"
                  "scrape_configs:\n"
                  "  - {{job_name: tenantscope, static_configs: [{{targets: ['{}']}}]}}\n",
                  address_of(deployment.daemon().url())));
  struct {
    const char* promql;
    const char* label;
    std::vector<std::string> expected;
  } const queries[] = {
      {"up", "job", {"tenantscope 1"}},
      {"sort_desc(tenantscope_tenant_b2b_capability{tenant=\"agency.example\"} == 1)",
       "state",
       {"supported 1"}},
      {"count by (state) (tenantscope_tenant_b2b_capability{state=\"unknown\"} == 1)",
       "state",
       {"unknown 3"}},
      {"tenantscope_changes_total{field=\"region_scope\"}", "field", {"region_scope 1"}},
      {"tenantscope_changes_total{field=\"presence\"}", "field", {"presence 2"}},
      {"tenantscope_tenant_b2b_capability{state=\"supported\"} * on (tenant, asked) group_left "
       "(team) tenantscope_tenant_info{team!=\"\"}",
       "team",
       {"identity \"west\" 1"}},
      {"histogram_quantile(0.99, "
       "tenantscope_authority_request_duration_seconds_bucket{asked=\"usgov\"}) > 0 < bool 20",
       "asked",
       {"usgov 1"}},
      {"time() - tenantscope_tenant_last_change_timestamp_seconds{field=\"identity\"} < bool 600",
       "tenant",
       {"agency.example 1"}},
  };
  for (const auto& query : queries) {
    std::vector<std::string> answer;
    EXPECT_TRUE(eventually([&] {
      return (answer = server.query(query.promql, query.label)) == query.expected;
    })) << query.promql
        << " gave " << testing::PrintToString(answer) << "\n"
        << server.process().err();
  }
  server.process().signal(SIGTERM);
  EXPECT_EQ(server.process().wait(), 0);
}

}  // namespace
}  // namespace tenantscope::e2e
