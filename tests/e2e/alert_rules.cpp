#include "e2e/alert_rules.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <regex>

#include "e2e/process.hpp"

namespace tenantscope::e2e {
namespace {

const std::filesystem::path source = TENANTSCOPE_SOURCE;

std::string text(const YAML::Node& node) { return node ? node.as<std::string>() : ""; }

std::map<std::string, std::string> texts(const YAML::Node& node) {
  std::map<std::string, std::string> texts;
  for (const auto& entry : node)
    texts[text(entry.first)] = text(entry.second);
  return texts;
}

}  // namespace

std::vector<std::filesystem::path> rule_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(source / "dashboards/prometheus"))
    if (entry.path().string().ends_with(".rules.yaml") &&
        entry.path().filename() != "old-names.rules.yaml")
      files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

std::vector<Rule> rules() {
  std::vector<Rule> all;
  for (const auto& file : rule_files())
    for (const YAML::Node& group : YAML::LoadFile(file)["groups"])
      for (const YAML::Node& rule : group["rules"])
        all.push_back({text(rule["alert"]), text(rule["record"]), text(rule["expr"]),
                       texts(rule["labels"]), texts(rule["annotations"])});
  return all;
}

std::string rules_of(const std::string& alert) {
  const std::vector<Rule> all = rules();
  std::set<std::string> read{alert};
  for (std::size_t before = 0; before < read.size();) {
    before = read.size();
    for (const Rule& rule : all)
      if (read.contains(rule.alert + rule.record)) {
        std::string promql = rule.expr;
        for (const auto& [name, annotation] : rule.annotations)
          promql += "\n" + annotation;
        for (const std::string& name : metric_names(promql))
          read.insert(name);
      }
  }
  YAML::Node kept;
  for (const auto& file : rule_files())
    for (const YAML::Node& group : YAML::LoadFile(file)["groups"]) {
      YAML::Node some = YAML::Clone(group);
      some["rules"] = YAML::Node(YAML::NodeType::Sequence);
      for (const YAML::Node& rule : group["rules"])
        if (read.contains(text(rule["alert"]) + text(rule["record"])))
          some["rules"].push_back(rule);
      if (some["rules"].size() > 0)
        kept["groups"].push_back(some);
    }
  return YAML::Dump(kept);
}

std::filesystem::path runbook(const std::string& alert) {
  return source / "docs/runbooks" / (alert + ".md");
}

std::vector<std::string> blocks(const std::filesystem::path& page, const std::string& language) {
  std::vector<std::string> found;
  const std::string text = read_file(page), opening = "```" + language + "\n", closing = "```\n";
  for (auto begin = text.find(opening); begin != std::string::npos;
       begin = text.find(opening, begin)) {
    begin += opening.size();
    found.push_back(text.substr(begin, text.find(closing, begin) - begin));
  }
  return found;
}

std::vector<std::string> metric_names(const std::string& promql) {
  static const std::regex name(R"([a-z]*:?\b(tenantscope|process)_[a-z0-9_]+(:[a-z0-9]+)?)");
  std::vector<std::string> names;
  for (std::sregex_iterator match(promql.begin(), promql.end(), name), end; match != end; ++match)
    names.push_back(match->str());
  return names;
}

const std::set<std::string>& metrics_of_choice() {
  static const std::set<std::string> names{
      "tenantscope_authority_certificate_expiry_timestamp_seconds",
      "tenantscope_web_certificate_expiry_timestamp_seconds",
      "tenantscope_takeovers_total",
      "tenantscope_replica_config_matches",
      "tenantscope_storage_synchronous",
      "tenantscope_replicas",
      "tenantscope_storage_beat_age_seconds",
      "tenantscope_storage_fenced_total",
      "tenantscope_storage_blocking_sessions_total",
  };
  return names;
}

std::set<std::string> golden_metrics() {
  std::set<std::string> names = metrics_of_choice();
  for (const std::string& line : lines_of(read_file(source / "tests/e2e/golden_metrics.txt")))
    if (!line.starts_with('#'))
      names.insert(line.substr(0, line.find('{')));
  return names;
}

}  // namespace tenantscope::e2e
