// The alerts' cases in promtool, with ranges as both Prometheus 2 and 3 have them; what holds of
// the cases as files; and that the PrometheusRule has the same rules.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <regex>

#include <fmt/format.h>

#include "e2e/alert_rules.hpp"
#include "e2e/process.hpp"
#include "e2e/tools.hpp"

namespace tenantscope::e2e {
namespace {

namespace fs = std::filesystem;

const fs::path source = TENANTSCOPE_SOURCE;

int seconds_in(const std::string& duration) {
  static const std::regex part("([0-9]+)([smhd])");
  int seconds = 0;
  for (std::sregex_iterator one(duration.begin(), duration.end(), part), end; one != end; ++one) {
    const std::string unit = (*one)[2];
    seconds += std::stoi((*one)[1]) * (unit == "s"   ? 1
                                       : unit == "m" ? 60
                                       : unit == "h" ? 3600
                                                     : 86400);
  }
  return seconds;
}

// The rules with every range this much longer.
std::string with_ranges(const std::string& rules, int longer) {
  static const std::regex range(R"(\[((?:[0-9]+[smhd])+)\])");
  std::string changed;
  auto rest = rules.begin();
  for (std::sregex_iterator one(rules.begin(), rules.end(), range), end; one != end; ++one) {
    changed.append(rest, rules.begin() + one->position());
    changed += fmt::format("[{}s]", seconds_in((*one)[1]) + longer);
    rest = rules.begin() + one->position() + one->length();
  }
  return changed.append(rest, rules.end());
}

// Runs the cases of all alerts, each on what its alert reads; how it ended, and what it said.
Finished run_cases(int longer) {
  static const std::regex line("\nrule_files: .*");
  const TemporaryFolder folder;
  std::vector<std::string> arguments{"test", "rules"};
  for (const auto& entry : fs::directory_iterator(source / "tests/rules")) {
    const std::string alert = entry.path().stem(), rules = alert + ".rules.yaml";
    write_file(folder.path() / rules, with_ranges(rules_of(alert), longer));
    arguments.push_back(folder.path() / (alert + ".yaml"));
    write_file(arguments.back(),
               std::regex_replace(read_file(entry.path()), line, "\nrule_files: [" + rules + "]"));
  }
  Process promtool(tool("promtool", arguments));
  const int exit_code = promtool.wait(std::chrono::minutes(5));
  return {exit_code, promtool.out(), promtool.err()};
}

TEST(RuleCasesSlow, FireStayQuietResolveAndSurviveGaps) {
  const Finished finished = run_cases(0);
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
}

// Up to Prometheus 2 a range holds the sample that is as old as it is long, from 3 on it doesn't:
// with samples a minute apart, the one is the other with ranges a second longer or shorter.
TEST(RuleCasesSlow, HoldWhereverRangesBegin) {
  const Finished version = run(tool("promtool", {"--version"}));
  const bool before_3 =
      std::regex_search(version.out + version.err, std::regex("version [0-2]\\."));
  const Finished finished = run_cases(before_3 ? -1 : 1);
  EXPECT_EQ(finished.exit_code, 0)
      << "a check stands where a range of Prometheus " << (before_3 ? "3" : "2") << " begins\n"
      << finished.out << finished.err;
}

TEST(RuleCases, LeaveTwoMinutesBetweenStillAndNoMore) {
  for (const auto& entry : fs::directory_iterator(source / "tests/rules"))
    for (const YAML::Node& one : YAML::LoadFile(entry.path())["tests"]) {
      int fired_at = -120;
      for (const YAML::Node& check : one["alert_rule_test"]) {
        const int at = seconds_in(check["eval_time"].as<std::string>());
        if (check["exp_alerts"].size() > 0)
          fired_at = at;
        else
          EXPECT_GE(at - fired_at, 120) << entry.path().filename() << ": " << one["name"];
      }
    }
}

// All that a rule says, in one order.
std::vector<std::string> groups_in(const YAML::Node& groups) {
  std::vector<std::string> told;
  for (const YAML::Node& group : groups)
    for (const YAML::Node& rule : group["rules"]) {
      std::map<std::string, std::string> keys;
      for (const auto& entry : rule)
        keys[entry.first.as<std::string>()] = YAML::Dump(entry.second);
      std::string text = group["name"].as<std::string>();
      if (group["interval"])
        text += " each " + group["interval"].as<std::string>();
      for (const auto& [key, value] : keys)
        text += fmt::format("\n{}: {}", key, value);
      told.push_back(text);
    }
  return told;
}

void expect_same_rules(const fs::path& folder) {
  std::vector<std::string> plain;
  for (const fs::path& file : rule_files())
    for (const std::string& rule : groups_in(YAML::LoadFile(folder / file.filename())["groups"]))
      plain.push_back(rule);
  const YAML::Node resource = YAML::LoadFile(folder / "tenantscope.prometheusrule.yaml");
  EXPECT_EQ(resource["apiVersion"].as<std::string>(), "monitoring.coreos.com/v1");
  EXPECT_EQ(resource["kind"].as<std::string>(), "PrometheusRule");
  EXPECT_FALSE(plain.empty());
  EXPECT_EQ(groups_in(resource["spec"]["groups"]), plain)
      << "run dashboards/prometheus/generate after a change of the rules";
}

TEST(RuleFiles, OfThePrometheusOperatorAreThePlainOnes) {
  expect_same_rules(source / "dashboards/prometheus");
}

TEST(RuleFiles, LeadToRunbooksWherePeopleReadThem) {
  const TemporaryFolder folder;
  const Finished finished =
      run({source / "dashboards/prometheus/generate", "--runbooks=https://git.example/runbooks/",
           "--into=" + folder.path().string()});
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  expect_same_rules(folder.path());
  std::size_t alerts = 0;
  for (const fs::path& file : rule_files())
    for (const YAML::Node& group : YAML::LoadFile(folder.path() / file.filename())["groups"])
      for (const YAML::Node& rule : group["rules"])
        if (rule["alert"]) {
          ++alerts;
          EXPECT_EQ(rule["annotations"]["runbook_url"].as<std::string>(),
                    "https://git.example/runbooks/" + rule["alert"].as<std::string>() + ".md");
        }
  EXPECT_GT(alerts, 15);
}

}  // namespace
}  // namespace tenantscope::e2e
