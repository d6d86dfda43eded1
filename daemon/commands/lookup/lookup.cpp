#include "commands/lookup/lookup.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include "commands/asking.hpp"
#include "commands/daemon_asking.hpp"
#include "commands/listing.hpp"
#include "commands/lookup/tenant_list_yaml.hpp"
#include "commands/printing.hpp"
#include "config/tenant_reference.hpp"
#include "domain/environment.hpp"
#include "domain/explanation.hpp"
#include "formats/answers.hpp"
#include "formats/json.hpp"
#include "formats/tenant_json.hpp"

namespace tenantscope {
namespace {

struct LookupOptions {
  std::vector<std::string> names;
  std::string from;  // a file, or `-`; empty: none
  ColumnChoice columns;
  bool keep_not_found = false;
  std::string clouds;  // `all`, or names with commas between them; empty: --cloud
  std::string output = "text";
  std::string pin = "yes";  // or no
  DaemonPlace daemon;       // where `url` names one
  AskOptions ask;
};

// Of the clouds that `all` means, these count even where they can't be reached: most networks let
// nobody through to some of the others.
constexpr std::array first_clouds{"global", "usgov", "china"};

std::vector<std::string> clouds_to_ask(const LookupOptions& options, const Clouds& clouds) {
  if (options.clouds.empty())
    return {std::string(options.ask.asked())};
  std::vector<std::string> names;
  if (options.clouds == "all") {
    names.assign(first_clouds.begin(), first_clouds.end());
    for (const Cloud& cloud : clouds)
      if (std::ranges::find(names, cloud.name) == names.end())
        names.push_back(cloud.name);
    return names;
  }
  std::istringstream list(options.clouds);
  for (std::string name; std::getline(list, name, ',');) {
    if (!find_cloud(clouds, name))
      throw FatalError(exit_usage, "--clouds: " + unknown_cloud(clouds, name));
    if (std::ranges::find(names, name) == names.end())
      names.push_back(name);
  }
  return names;
}

// What is to be asked, in order.
struct LookupQuestions {
  std::vector<Lookup> lookups;
  std::map<std::string, Labels> labels;  // by name, of those that the list has some of
  bool bad_lines = false;
};

LookupQuestions read_questions(const LookupOptions& options, const Clouds& clouds) {
  const std::vector<std::string> asked = clouds_to_ask(options, clouds);
  LookupQuestions questions;
  std::set<TenantKey> seen;
  const bool once = !options.from.empty() || !options.clouds.empty();
  const auto add = [&](TenantKey key) {
    if (!once || seen.insert(key).second)
      questions.lookups.push_back({std::move(key), {}});
  };
  for (const std::string& name : options.names)
    for (const std::string& cloud : asked) {
      const auto key = read_key(name, cloud, clouds);
      if (!key)
        throw FatalError(exit_usage, key.error().detail);
      add(*key);
    }
  if (options.from.empty())
    return questions;

  const std::vector<std::string> labels = label_names(options.columns.labels);
  const NameList list = read_list(options.from, options.columns, clouds);
  for (const ListedName& name : list.names) {
    for (const std::string& cloud : asked)
      add({name.reference.cloud.value_or(cloud), name.reference.name});
    if (!labels.empty())
      questions.labels.emplace(name.reference.name, labels_of(labels, name.labels));
  }
  questions.bad_lines = !list.findings.empty();
  return questions;
}

bool unreachable(const Lookup& lookup) {
  const auto& finding = lookup.result.observation.finding;
  if (finding)
    return false;
  const ErrorKind kind = finding.error().kind;
  return kind == ErrorKind::dns || kind == ErrorKind::connect || kind == ErrorKind::tls ||
         kind == ErrorKind::timeout;
}

// Takes the clouds out of which nobody answered, where `all` were asked.
void forget_unreachable(std::vector<Lookup>& lookups, const Clouds& clouds) {
  for (const Cloud& cloud : clouds) {
    if (std::ranges::find(first_clouds, cloud.name) != first_clouds.end())
      continue;
    const auto of_cloud = [&](const Lookup& lookup) { return lookup.key.asked == cloud.name; };
    if (std::ranges::none_of(lookups, of_cloud))
      continue;
    if (!std::ranges::all_of(lookups, [&](const Lookup& lookup) {
          return !of_cloud(lookup) || unreachable(lookup);
        }))
      continue;
    std::erase_if(lookups, of_cloud);
    const std::string_view silent = why_silent(cloud.name);
    complain(fmt::format("tenantscope: {} can't be reached from here, and is left out{}{}\n",
                         cloud.name, silent.empty() ? "" : ": ", silent));
  }
}

// "global, usgov": where was asked, in the order of the questions.
std::string clouds_of(const std::vector<Lookup>& lookups) {
  std::vector<std::string_view> clouds;
  for (const Lookup& lookup : lookups)
    if (std::ranges::find(clouds, std::string_view(lookup.key.asked)) == clouds.end())
      clouds.push_back(lookup.key.asked);
  return fmt::format("{}", fmt::join(clouds, ", "));
}

bool holds_tenant(const std::vector<FoundTenant>& tenants, const Finding& finding) {
  return std::ranges::any_of(tenants, [&](const FoundTenant& tenant) {
    return tenant.finding.tenant_id == finding.tenant_id;
  });
}

// The answers by name, in the order of the first question about each.
std::vector<NameAnswers> by_name(const std::vector<Lookup>& lookups) {
  std::vector<NameAnswers> names;
  std::map<std::string_view, std::size_t> places;
  for (const Lookup& lookup : lookups) {
    const auto [place, is_new] = places.emplace(lookup.key.name, names.size());
    if (is_new)
      names.push_back({.name = lookup.key.name,
                       .found = {},
                       .not_found_in = {},
                       .failed_in = {},
                       .labels = {}});
    NameAnswers& name = names[place->second];
    const auto& finding = lookup.result.observation.finding;
    if (!finding)
      name.failed_in.emplace_back(lookup.key.asked, finding.error());
    else if (!finding->found)
      name.not_found_in.push_back(lookup.key.asked);
    else if (!holds_tenant(name.found, *finding))
      name.found.push_back({lookup.key.asked, *finding});
  }
  return names;
}

// Of each name, where it was asked in several clouds: the tenants that were found, else the
// failures, else one "not found".
std::vector<Lookup> telling(const std::vector<Lookup>& lookups) {
  std::map<std::string, NameAnswers> names;
  for (const NameAnswers& name : by_name(lookups))
    names.emplace(name.name, name);
  std::vector<Lookup> told;
  for (const Lookup& lookup : lookups) {
    const NameAnswers& name = names.at(lookup.key.name);
    const auto& finding = lookup.result.observation.finding;
    const bool listed =
        std::ranges::find(name.found, lookup.key.asked, &FoundTenant::asked) != name.found.end();
    const bool only_not_found = name.found.empty() && name.failed_in.empty() &&
                                lookup.key.asked == name.not_found_in.front();
    if (listed || only_not_found || (!finding && name.found.empty()))
      told.push_back(lookup);
  }
  return told;
}

void print_text(const Lookup& lookup, RuleSet rules) {
  const auto& finding = lookup.result.observation.finding;
  print(fmt::format("{} (asked in {})\n", lookup.key.name, lookup.key.asked));
  const auto line = [](std::string_view name, std::string_view value) {
    print_field(name, value, 14);
  };
  if (!finding) {
    line("failed", fmt::format("{}: {}", to_string(finding.error().kind), finding.error().detail));
    const ErrorKind kind = finding.error().kind;
    line("meaning", kind == ErrorKind::redirect || kind == ErrorKind::not_json
                        ? "This says nothing about the tenant. A proxy or a sign-in page between "
                          "here and the authority may have answered."
                        : "This says nothing about the tenant.");
    if (const std::string_view silent = why_silent(lookup.key.asked); !silent.empty())
      line("limit", silent);
    return;
  }
  const Verdict verdict = judge(&*finding, rules);
  line("B2B", to_string(verdict.state));
  if (finding->found) {
    line("region scope", finding->region_scope.empty() ? "none" : finding->region_scope);
    if (!finding->sub_scope.empty())
      line("sub scope", finding->sub_scope);
    line("cloud", finding->cloud.empty() ? "none that is known" : finding->cloud);
    const Environment environment = environment_of(&*finding);
    line("environment", fmt::format("{}. {}", title(environment), sentence(environment)));
    line("tenant ID", to_string(finding->tenant_id));
  }
  line("seen", rfc3339(lookup.result.observation.time));
  line("meaning", verdict.explanation);
  for (const std::string& limit : verdict.limits)
    line("limit", limit);
  if (finding->found)
    line("limit", environment_limit);
  line("rule", fmt::format("{} of {}", verdict.rule, to_string(rules)));
  line("source", verdict.source);
}

void print_answers(const std::vector<Lookup>& lookups, RuleSet rules, const std::string& output) {
  if (output == "text" && lookups.size() == 1)
    return print_text(lookups.front(), rules);
  boost::json::array answers;
  for (const Lookup& lookup : lookups)
    answers.push_back(lookup_json(facts_of(lookup.key, lookup.result.observation), rules));
  if (output == "json")
    print(json_line(answers) + "\n");
  else
    print(tenantscope::lookups(answers, output == "csv"        ? AnswerForm::csv
                                        : output == "markdown" ? AnswerForm::markdown
                                                               : AnswerForm::text));
}

int run_lookup(const LookupOptions& options) {
  if (options.names.empty() && options.from.empty())
    throw CLI::RequiredError("NAME or --from");
  if (!options.columns.labels.empty() && options.output != "yaml")
    throw FatalError(exit_usage, "--labels: labels are written by --output=yaml only");
  const Settings settings = read_settings(options.ask);
  LookupQuestions questions = read_questions(options, settings.clouds);
  std::vector<Lookup>& lookups = questions.lookups;
  if (options.daemon.url.empty())
    ask(lookups, settings, settings.probe.timeout);
  else
    ask_through(options.daemon, lookups);
  if (options.clouds == "all")
    forget_unreachable(lookups, settings.clouds);
  const bool failed = std::ranges::any_of(
      lookups, [](const Lookup& lookup) { return !lookup.result.observation.finding; });

  if (options.output == "yaml") {
    std::vector<NameAnswers> names = by_name(lookups);
    for (NameAnswers& name : names)
      if (const auto listed = questions.labels.find(name.name); listed != questions.labels.end())
        name.labels = listed->second;
    print(
        tenant_list_yaml(names, settings.rules,
                         {.pin = options.pin == "yes", .keep_not_found = options.keep_not_found}));
  } else {
    const std::string asked = clouds_of(lookups);
    if (!options.clouds.empty())
      lookups = telling(lookups);
    print_answers(lookups, settings.rules, options.output);
    if (!options.clouds.empty() && options.output == "text")
      print(fmt::format("\nEach name was asked in {}; where it isn't shown, it wasn't found.\n",
                        asked));
  }
  return failed || questions.bad_lines ? exit_failure : 0;
}

}  // namespace

void add_lookup(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("lookup", "Asks once about each NAME: verdict, meaning and rule");
  const auto options = std::make_shared<LookupOptions>();
  command->add_option("NAME", options->names,
                      "Domains, GUIDs or e-mail addresses; NAME@CLOUD says where to ask");
  add_list_options(*command, options->from, options->columns);
  command->add_flag("--keep-not-found", options->keep_not_found,
                    "In YAML, list names that weren't found too");
  command
      ->add_option("--output", options->output,
                   "text (of several names a table), json, markdown, csv, or yaml: a list for "
                   "tenant_files of the configuration")
      ->check(CLI::IsMember({"text", "json", "markdown", "csv", "yaml"}))
      ->capture_default_str();
  command
      ->add_option("--pin", options->pin,
                   "yes: each entry of a yaml list has the tenant_id that answers now, so that "
                   "another one under its name is told; no: none has")
      ->check(CLI::IsMember({"yes", "no"}))
      ->capture_default_str();
  add_ask_options(*command, options->ask);
  command
      ->add_option("--clouds", options->clouds,
                   "Ask in each of these clouds, with commas between them, or in all")
      ->excludes(command->get_option("--cloud"));
  add_url_options(*command, options->daemon,
                  "Ask through the daemon at this URL, at its pace and with its limiter");
  command->callback([options, &exit_code] { exit_code = run_lookup(*options); });
}

}  // namespace tenantscope
