// The alert rules: promtool's opinion, a case of each kind for each alert, a runbook for each, and
// that rules, runbooks and docs/metrics.md name metrics that exist, and leave none out.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <regex>
#include <set>

#include "e2e/alert_rules.hpp"
#include "e2e/process.hpp"
#include "e2e/tools.hpp"

namespace tenantscope::e2e {
namespace {

const std::filesystem::path source = TENANTSCOPE_SOURCE;

using Names = std::set<std::string>;

Names alerts() {
  Names names;
  for (const Rule& rule : rules())
    if (!rule.alert.empty())
      names.insert(rule.alert);
  return names;
}

Names files_in(const std::filesystem::path& folder) {
  Names names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    names.insert(entry.path().stem());
  return names;
}

std::filesystem::path cases(const std::string& alert) {
  return source / "tests/rules" / (alert + ".yaml");
}

TEST(Rules, ArePromtoolsRules) {
  EXPECT_EQ(rule_files().size(), 3);
  std::vector<std::string> arguments{"check", "rules"};
  for (const auto& file : rule_files())
    arguments.push_back(file);
  const Finished checked = run(tool("promtool", arguments));
  EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
}

// What a promtool case proves of an alert, by what it expects.
struct Proven {
  Names severities;  // fires with these
  bool quiet = false, resolves = false, survives = false;
};

void look_at(const YAML::Node& promtool_case, const std::string& alert, Proven& proven) {
  const auto name = promtool_case["name"].as<std::string>();
  std::vector<bool> fires;
  for (const YAML::Node& check : promtool_case["alert_rule_test"]) {
    EXPECT_EQ(check["alertname"].as<std::string>(), alert) << name;
    fires.push_back(check["exp_alerts"].size() > 0);
    if (name.starts_with("fires: "))
      for (const YAML::Node& expected : check["exp_alerts"])
        proven.severities.insert(expected["exp_labels"]["severity"].as<std::string>());
  }
  ASSERT_FALSE(fires.empty()) << alert << ": " << name << " checks nothing";
  const bool some = std::ranges::find(fires, true) != fires.end();
  if (name.starts_with("fires: ")) {
    EXPECT_TRUE(some) << alert << ": " << name;
  } else if (name.starts_with("stays quiet: ")) {
    EXPECT_FALSE(some) << alert << ": " << name;
    proven.quiet = true;
  } else if (name.starts_with("resolves: ")) {
    EXPECT_NE(std::ranges::adjacent_find(fires, std::greater<>()), fires.end())
        << alert << ": " << name << " never goes from firing to not firing";
    proven.resolves = true;
  } else if (name.starts_with("survives a gap: ")) {
    EXPECT_TRUE(some) << alert << ": " << name;
    EXPECT_TRUE(std::ranges::any_of(promtool_case["input_series"],
                                    [](const YAML::Node& series) {
                                      return std::regex_search(
                                          series["values"].as<std::string>(),
                                          std::regex("[0-9] (stale )?_|stale"));
                                    }))
        << alert << ": " << name << " has no gap";
    proven.survives = true;
  } else {
    FAIL() << alert
           << ": a case begins with \"fires: \", \"stays quiet: \", \"resolves: \" or \"survives a "
              "gap: \", not: "
           << name;
  }
}

TEST(Rules, HaveACaseOfEachKind) {
  EXPECT_EQ(files_in(source / "tests/rules"), alerts());
  std::map<std::string, Names> severities;
  for (const Rule& rule : rules())
    if (!rule.alert.empty())
      severities[rule.alert].insert(rule.labels.at("severity"));
  for (const auto& [alert, expected] : severities) {
    Proven proven;
    for (const YAML::Node& promtool_case : YAML::LoadFile(cases(alert))["tests"])
      look_at(promtool_case, alert, proven);
    EXPECT_EQ(proven.severities, expected) << alert << " is seen firing with these only";
    EXPECT_TRUE(proven.quiet) << alert << " is never seen quiet";
    EXPECT_TRUE(proven.resolves) << alert << " is never seen resolved";
    EXPECT_TRUE(proven.survives) << alert << " is never seen over a gap";
  }
}

TEST(Rules, SaySeverityWordsAndRunbook) {
  const Names severities{"critical", "warning", "info"};
  for (const Rule& rule : rules()) {
    if (rule.alert.empty())
      continue;
    EXPECT_TRUE(rule.labels.contains("severity") && severities.contains(rule.labels.at("severity")))
        << rule.alert;
    for (const char* annotation : {"summary", "description"})
      EXPECT_TRUE(rule.annotations.contains(annotation) && !rule.annotations.at(annotation).empty())
          << rule.alert << " has no " << annotation;
    ASSERT_TRUE(rule.annotations.contains("runbook_url")) << rule.alert;
    EXPECT_EQ(rule.annotations.at("runbook_url"), "docs/runbooks/" + rule.alert + ".md");
    const std::string page = read_file(runbook(rule.alert));
    EXPECT_TRUE(page.starts_with("# " + rule.alert + "\n"))
        << rule.alert << " has no runbook, or it has another title";
    for (const char* section :
         {"\n## What it means\n", "\n## What to check\n", "\n## What to do\n"})
      EXPECT_NE(page.find(section), std::string::npos) << rule.alert << " has no" << section;
  }
}

// The table of `file`: alert -> the rest of its row.
std::map<std::string, std::string> table_of_alerts(const std::filesystem::path& file) {
  static const std::regex row(R"(\| \[?`?(Tenantscope\w+)`?\]?\S* \| ([a-z, ]+) \|.*)");
  std::map<std::string, std::string> rows;
  std::smatch match;
  for (const std::string& line : lines_of(read_file(file)))
    if (std::regex_match(line, match, row))
      rows[match[1]] = match[2];
  return rows;
}

TEST(Rules, AreListedWithTheirSeverities) {
  std::map<std::string, std::string> expected;
  for (const Rule& rule : rules()) {
    if (rule.alert.empty())
      continue;
    std::string& severities = expected[rule.alert];
    severities += (severities.empty() ? "" : ", ") + rule.labels.at("severity");
  }
  EXPECT_EQ(table_of_alerts(source / "docs/alerts.md"), expected);
  Names pages = alerts();
  pages.insert("README");
  EXPECT_EQ(files_in(source / "docs/runbooks"), pages)
      << "a page without an alert, or the other way round";
}

TEST(Rules, AndRunbooksNameMetricsThatExist) {
  Names known = golden_metrics();
  for (const Rule& rule : rules())
    if (!rule.record.empty())
      known.insert(rule.record);
  const auto check = [&](const std::string& promql, const std::string& where) {
    for (const std::string& name : metric_names(promql))
      EXPECT_TRUE(known.contains(name)) << where << ": there is no " << name;
  };
  for (const Rule& rule : rules()) {
    check(rule.expr, rule.alert + rule.record);
    for (const auto& [name, text] : rule.annotations)
      check(text, rule.alert + "'s " + name);
  }
  for (const std::string& alert : alerts())
    check(read_file(runbook(alert)), alert + ".md");
}

TEST(Rules, RunbooksNameCommandsAndFlagsThatExist) {
  static const std::regex command(
      R"(^tenantscope ((?:config check|events redeliver|[a-z]+)\b)(.*)$)");
  static const std::regex flag(R"(\s(--?[a-z][a-z.-]*))");
  std::size_t commands = 0;
  for (const std::string& alert : alerts())
    for (const std::string& block : blocks(runbook(alert), "sh"))
      for (const std::string& line : lines_of(block)) {
        std::smatch match;
        if (!std::regex_match(line, match, command))
          continue;
        ++commands;
        std::vector<std::string> words{"--help"};
        for (std::string rest = match[1]; !rest.empty();
             rest = rest.find(' ') == std::string::npos ? "" : rest.substr(rest.find(' ') + 1))
          words.insert(words.end() - 1, rest.substr(0, rest.find(' ')));
        const Finished help = run_tenantscope(words);
        EXPECT_NE(help.out.find("Usage: tenantscope " + match[1].str()), std::string::npos)
            << alert << ": " << line;
        const std::string flags = match[2];
        for (std::sregex_iterator one(flags.begin(), flags.end(), flag), end; one != end; ++one) {
          const std::string name =
              (*one)[1].str().starts_with("--") ? (*one)[1].str() : (*one)[1].str().substr(0, 2);
          EXPECT_TRUE(std::regex_search(help.out, std::regex("[ ,]" + name + "[ ,]")))
              << alert << ": " << line << ": no " << name;
        }
      }
  EXPECT_GT(commands, 15);
}

// Used by a rule or a dashboard, or named by docs/metrics.md: in full, or with its beginning as an
// ellipsis (`…_up`).
TEST(Rules, DashboardsAndMetricsPageLeaveNoMetricOut) {
  std::string used = read_file(source / "docs/metrics.md");
  for (const Rule& rule : rules())
    used += rule.expr;
  const auto dashboards = source / "dashboards/grafana";
  if (std::filesystem::exists(dashboards))
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dashboards))
      if (entry.path().extension() == ".json")
        used += read_file(entry.path());
  for (std::string name : golden_metrics()) {
    if (name.starts_with("process_"))
      continue;  // what they are is Prometheus' convention
    name = std::regex_replace(name, std::regex("_seconds_(bucket|sum|count)$"), "_seconds");
    bool told = std::regex_search(used, std::regex("\\b" + name + "\\b"));
    for (auto at = name.find('_'); !told && at != std::string::npos; at = name.find('_', at + 1))
      for (const char* end : {"`", "{"})
        told = told || used.find("`…" + name.substr(at) + end) != std::string::npos;
    EXPECT_TRUE(told)
        << name << " is used by no rule and no dashboard, and docs/metrics.md doesn't name it";
  }
}

}  // namespace
}  // namespace tenantscope::e2e
