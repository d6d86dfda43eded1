// The alert rules as they are shipped, and their runbooks, as values.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tenantscope::e2e {

struct Rule {
  std::string alert;   // "" for a recording rule,
  std::string record;  // which has this name
  std::string expr;
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;
};

// Those that dashboards/prometheus/prometheus.yaml names.
std::vector<std::filesystem::path> rule_files();
std::vector<Rule> rules();
// A rule file of this alert and the recorded rules that it reads, however indirectly: promtool
// evaluates every rule at every minute of a case.
std::string rules_of(const std::string& alert);

std::filesystem::path runbook(const std::string& alert);
// The fenced blocks of this language in a runbook.
std::vector<std::string> blocks(const std::filesystem::path& page, const std::string& language);

// Names of metrics in `promql`, those that are recorded included.
std::vector<std::string> metric_names(const std::string& promql);
// Those that only a daemon shows which has TLS, or shares its storage.
const std::set<std::string>& metrics_of_choice();
// Every metric that a scrape may show.
std::set<std::string> golden_metrics();

}  // namespace tenantscope::e2e
