// A pair's transitions, all of them: where an alert rule fires for one, its severity is that of the
// daemon's own event, and where none does, the event isn't critical.
#include <gtest/gtest.h>

#include <set>

#include <fmt/format.h>

#include "domain/event.hpp"
#include "e2e/alert_rules.hpp"
#include "e2e/process.hpp"
#include "e2e/tools.hpp"

namespace tenantscope::e2e {
namespace {

using enum PairCapability;

constexpr PairCapability capabilities[] = {supported, not_supported, conditional, unknown};

struct Row {
  PairCapability from;
  PairCapability to;
  Severity severity;
  bool fires;
};

constexpr Row table[] = {
    {supported, not_supported, Severity::critical, true},
    {supported, conditional, Severity::critical, true},
    {supported, unknown, Severity::critical, true},
    {not_supported, supported, Severity::warning, false},
    {not_supported, conditional, Severity::warning, false},
    {not_supported, unknown, Severity::warning, false},
    {conditional, supported, Severity::warning, false},
    {conditional, not_supported, Severity::warning, true},
    {conditional, unknown, Severity::warning, false},
    {unknown, supported, Severity::warning, false},
    {unknown, not_supported, Severity::warning, false},
    {unknown, conditional, Severity::warning, false},
};

TEST(PairSeverities, AreOfEveryTransition) {
  std::set<std::pair<PairCapability, PairCapability>> all;
  for (const Row& row : table)
    if (row.from != row.to)
      all.emplace(row.from, row.to);
  EXPECT_EQ(all.size(), std::size(capabilities) * (std::size(capabilities) - 1));
}

TEST(PairSeverities, OfEventsAreTheTables) {
  for (const Row& row : table) {
    const ChangeEvent event =
        make_pair_event({}, {}, {.from = row.from, .verdict = {.capability = row.to}}, {});
    EXPECT_EQ(to_string(event.severity), to_string(row.severity))
        << to_string(row.from) << " -> " << to_string(row.to);
  }
}

// Promtool's test of one transition: ten minutes of the one state, and then the other. What fires
// is counted by its severity.
std::string promtool_test(const Row& row) {
  std::string text = fmt::format("  - name: '{} -> {}'\n    interval: 1m\n    input_series:\n",
                                 to_string(row.from), to_string(row.to));
  for (const PairCapability state : capabilities)
    text += fmt::format(
        "      - {{series: "
        "'tenantscope_collaboration_capability{{job=\"tenantscope\",instance=\"a\","
        "collaboration=\"joint\",host_tenant=\"a.example\",guest_tenant=\"b.example\",state=\"{}\"}"
        "}', "
        "values: '{:d}x9 {:d}x9'}}\n",
        to_string(state), state == row.from, state == row.to);
  const auto expect = [](const char* when, const std::string& samples) {
    return fmt::format(
        "      - {{expr: 'count by (severity) (ALERTS{{collaboration=\"joint\"}})', "
        "eval_time: {}, exp_samples: [{}]}}\n",
        when, samples);
  };
  const std::string fired =
      fmt::format("{{labels: '{{severity=\"{}\"}}', value: 1}}", to_string(row.severity));
  return text + "    promql_expr_test:\n" + expect("9m", "") +
         expect("10m", row.fires ? fired : "");
}

TEST(PairSeverities, OfRulesAreTheEvents) {
  std::string text = "rule_files: [";
  for (const auto& file : rule_files())
    text += file.string() + ", ";
  text += "]\ntests:\n";
  for (const Row& row : table)
    text += promtool_test(row);
  const TemporaryFolder folder;
  const auto file = folder.path() / "transitions.yaml";
  write_file(file, text);
  const Finished finished = run(tool("promtool", {"test", "rules", file}));
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err << text;
}

}  // namespace
}  // namespace tenantscope::e2e
