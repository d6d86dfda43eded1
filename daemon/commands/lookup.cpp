#include "commands/lookup.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <memory>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "commands/asking.hpp"
#include "view/tenant_json.hpp"

namespace tenantscope {
namespace {

struct Options {
  std::vector<std::string> names;
  std::string output = "text";
  AskOptions ask;
};

void print_text(const Lookup& lookup, RuleSet rules) {
  const auto& finding = lookup.result.observation.finding;
  std::cout << fmt::format("{} (asked in {})\n", lookup.key.name, lookup.key.asked);
  const auto line = [](std::string_view name, std::string_view value) { std::cout << fmt::format("  {:<14}{}\n", name, value); };
  if (!finding) {
    line("failed", fmt::format("{}: {}", to_string(finding.error().kind), finding.error().detail));
    return;
  }
  const Verdict verdict = judge(&*finding, rules);
  line("B2B", to_string(verdict.state));
  if (finding->found) {
    line("region scope", finding->region_scope.empty() ? "none" : finding->region_scope);
    if (!finding->sub_scope.empty()) line("sub scope", finding->sub_scope);
    line("cloud", finding->cloud.empty() ? "none that is known" : finding->cloud);
    line("tenant ID", to_string(finding->tenant_id));
  }
  line("meaning", verdict.explanation);
  for (const std::string& limit : verdict.limits) line("mind", limit);
  line("rule", fmt::format("{} of {}", verdict.rule, to_string(rules)));
  line("source", verdict.source);
}

void print_json(const std::vector<Lookup>& lookups, RuleSet rules) {
  boost::json::array array;
  for (const Lookup& lookup : lookups) {
    const auto& finding = lookup.result.observation.finding;
    const auto failure = finding ? std::nullopt : std::optional(finding.error().kind);
    array.push_back(lookup_json(lookup.key, finding ? &*finding : nullptr, rules, failure));
  }
  std::cout << boost::json::serialize(array) << '\n';
}

int run(const Options& options) {
  const Settings settings = read_settings(options.ask);
  std::vector<Lookup> lookups;
  for (const std::string& name : options.names) {
    const auto key = read_key(name, options.ask.asked(), settings.clouds);
    if (!key) throw FatalError(exit_usage, key.error().detail);
    lookups.push_back({*key, {}});
  }
  ask(lookups, settings, settings.probe.timeout);
  if (options.output == "json") print_json(lookups, settings.rules);
  else for (const Lookup& lookup : lookups) print_text(lookup, settings.rules);
  return std::ranges::all_of(lookups, [](const Lookup& lookup) { return bool(lookup.result.observation.finding); }) ? 0 : exit_failure;
}

}  // namespace

void add_lookup(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("lookup", "Asks once about each NAME: verdict, meaning and rule");
  const auto options = std::make_shared<Options>();
  command->add_option("NAME", options->names, "Domains or GUIDs; NAME@CLOUD says where to ask")->required();
  command->add_option("--output", options->output, "text or json")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  add_ask_options(*command, options->ask);
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace tenantscope
