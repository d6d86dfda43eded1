#include "commands/lookup.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/probe.hpp"
#include "io/config_file.hpp"
#include "io/idn.hpp"
#include "view/tenant_json.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t at_once = 4;

struct Options {
  std::vector<std::string> names;
  std::string output = "text";
  std::string cloud = "global";
  std::string rules;  // empty: the configuration's
  std::filesystem::path config_file;
};

struct Lookup {
  TenantKey key;
  ProbeResult result;
};

struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

TenantKey read_name(const std::string& text, const Options& options, const Clouds& clouds) {
  const auto at = text.find('@');
  const std::string cloud = at == std::string::npos ? options.cloud : text.substr(at + 1);
  if (!find_cloud(clouds, cloud)) throw UsageError(fmt::format("no cloud is named `{}`", cloud));
  const auto name = read_tenant_name(text.substr(0, at));
  if (!name) throw UsageError(fmt::format("`{}`: {}", text, name.error().detail));
  return {cloud, *name};
}

Settings read_settings(const Options& options) {
  if (options.config_file.empty()) return {};
  LoadedConfig loaded = load_config(options.config_file);
  if (loaded.errors.empty()) return std::move(loaded.settings);
  std::string findings;
  for (const ConfigFinding& finding : loaded.errors) findings += "\n" + to_string(finding);
  throw FatalError(exit_unusable, "bad configuration" + findings);
}

// Takes one lookup after the other until none is left.
boost::asio::awaitable<void> work(Fetcher& fetcher, std::shared_ptr<const Clouds> clouds, Duration timeout, std::vector<Lookup>& lookups, std::size_t& next) {
  while (next < lookups.size()) {
    Lookup& lookup = lookups[next++];
    Cloud asked = *find_cloud(*clouds, lookup.key.asked);
    ProbeTarget target{.tenant = lookup.key.name, .timeout = timeout};
    lookup.result = co_await probe(fetcher, clouds, std::move(asked), std::move(target));
  }
}

void ask(std::vector<Lookup>& lookups, const Settings& settings) {
  boost::asio::io_context loop(1);
  Fetcher fetcher;
  std::size_t next = 0;
  const auto clouds = std::make_shared<const Clouds>(settings.clouds);
  for (std::size_t i = 0; i < std::min(at_once, lookups.size()); ++i)
    co_spawn(loop, work(fetcher, clouds, settings.probe.timeout, lookups, next), boost::asio::detached);
  loop.run();
}

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
  const Settings settings = read_settings(options);
  const RuleSet rules = parse_rule_set(options.rules).value_or(settings.rules);
  std::vector<Lookup> lookups;
  try {
    for (const std::string& name : options.names) lookups.push_back({read_name(name, options, settings.clouds), {}});
  } catch (const UsageError& error) {
    std::cerr << "tenantscope: " << error.what() << '\n';
    return exit_usage;
  }
  ask(lookups, settings);
  if (options.output == "json") print_json(lookups, rules);
  else for (const Lookup& lookup : lookups) print_text(lookup, rules);
  return std::ranges::all_of(lookups, [](const Lookup& lookup) { return bool(lookup.result.observation.finding); }) ? 0 : exit_failure;
}

}  // namespace

void add_lookup(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("lookup", "Asks once about each NAME: verdict, meaning and rule");
  const auto options = std::make_shared<Options>();
  command->add_option("NAME", options->names, "Domains or GUIDs; NAME@CLOUD says where to ask")->required();
  command->add_option("--output", options->output, "text or json")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  command->add_option("--cloud", options->cloud, "Where to ask")->capture_default_str();
  command->add_option("--rules", options->rules, "docs-2025 or seed-2022; default: the configuration's")->check(CLI::IsMember({"docs-2025", "seed-2022"}));
  command->add_option("--config.file", options->config_file, "Its clouds, certificates and limits hold");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace tenantscope
