// The labels of pairs: no metric has `host`, which is a tag of Telegraf's and Datadog's own, and
// who still needs the old names has them by a rule.
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "e2e/process.hpp"
#include "e2e/tools.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope::e2e {
namespace {

const std::filesystem::path source = TENANTSCOPE_SOURCE;

// Of every metric that a scrape may show.
TEST(PairLabels, AreNobodyElses) {
  static const std::regex name("[{,]([a-z_]+)=\"");
  std::set<std::string> names;
  for (const std::string& line : lines_of(read_file(source / "tests/e2e/golden_metrics.txt")))
    if (!line.starts_with('#'))
      for (std::sregex_iterator match(line.begin(), line.end(), name), end; match != end; ++match)
        names.insert((*match)[1]);
  EXPECT_TRUE(names.contains("host_tenant") && names.contains("guest_tenant"));
  for (const char* taken : {"host", "guest", "service", "env"})
    EXPECT_FALSE(names.contains(taken)) << taken;
}

TEST(PairLabels, HaveTheirOldNamesByARule) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "old_names.yaml";
  write_file(file, "rule_files: [" +
                       (source / "dashboards/prometheus/old-names.rules.yaml").string() + R"(]
tests:
  - interval: 1m
    input_series:
      - {series: 'tenantscope_collaboration_capability{job="tenantscope",instance="a",collaboration="joint",host_tenant="a.example",guest_tenant="identity:google",state="supported"}', values: '0x9 1x9'}
    promql_expr_test:
      - expr: 'tenantscope_collaboration_capability{host_tenant=""}'
        eval_time: 5m
        exp_samples: [{labels: 'tenantscope_collaboration_capability{job="tenantscope",instance="a",collaboration="joint",host="a.example",guest="identity:google",state="supported"}', value: 0}]
      - expr: 'tenantscope_collaboration_capability{host!=""}'
        eval_time: 15m
        exp_samples: [{labels: 'tenantscope_collaboration_capability{job="tenantscope",instance="a",collaboration="joint",host="a.example",guest="identity:google",state="supported"}', value: 1}]
)");
  const Finished finished = run(tool("promtool", {"test", "rules", file}));
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
}

TEST(PairLabels, HaveAHintForWhoHasPairs) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "c.yaml";
  const auto check = [&](const std::string& text) {
    write_file(file, text);
    const Finished finished = run_tenantscope({"config", "check", file});
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    return finished.out;
  };
  const std::string tenants = "tenants: [{name: a.example}]\n";
  EXPECT_EQ(check(tenants), "");
  const std::string hint =
      check(tenants + "collaborations: [{name: joint, hosts: [a.example], guests: [b.example]}]\n");
  EXPECT_TRUE(hint.starts_with(file.string() + ":2:17: hint: the metric of pairs has the labels "))
      << hint;
}

}  // namespace
}  // namespace tenantscope::e2e
