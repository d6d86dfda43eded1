#include "commands/explain.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/json/value.hpp>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/text/html.hpp"
#include "base/text/plain_text.hpp"
#include "commands/asking.hpp"
#include "commands/daemon_client.hpp"
#include "commands/printing.hpp"
#include "config/tenant_reference.hpp"
#include "domain/collaboration.hpp"
#include "formats/json.hpp"
#include "storage/sqlite_ledger.hpp"

namespace tenantscope {
namespace {

constexpr std::string_view identity_prefix = "identity:";
constexpr std::size_t longest_line = 4096;

struct Options {
  std::string host;
  std::string guest;
  std::string output = "text";
  std::string cross_cloud = "unset";
  DaemonPlace daemon{.storage_path = {}};
  AskOptions ask;
};

// What is known of a tenant: a finding, or why there is none.
struct Known {
  std::string shown;
  std::optional<Finding> finding;
  std::optional<Error> failure;
};

// In the cloud of --cloud where the name says none.
TenantReference read_written(const std::string& text, const Options& options) {
  Result<TenantReference> reference = parse_tenant_reference(text);
  if (!reference)
    throw FatalError(exit_usage, reference.error().detail);
  if (!reference->cloud && !options.ask.cloud.empty())
    reference->cloud = options.ask.cloud;
  return std::move(*reference);
}

// Nothing where the daemon doesn't watch it, or has no answer yet.
std::optional<Finding> ask_daemon(DaemonClient& daemon, const TenantReference& tenant) {
  const std::string query = tenant.cloud ? "?cloud=" + percent_encoded(*tenant.cloud) : "";
  const auto shown = daemon.find("/api/v1/tenants/" + percent_encoded(tenant.name) + query);
  return shown && !shown->at("found").is_null() ? std::optional(read_finding(*shown))
                                                : std::nullopt;
}

std::optional<Finding> look_up(const std::vector<StoredTenant>& stored,
                               const TenantReference& tenant) {
  std::vector<const StoredTenant*> found;
  for (const StoredTenant& one : stored)
    if (one.key.name == tenant.name && (!tenant.cloud || one.key.asked == *tenant.cloud))
      found.push_back(&one);
  if (found.size() > 1)
    throw FatalError(exit_usage,
                     fmt::format("`{}` is asked in several clouds: write which one, as {}@{}",
                                 tenant.name, tenant.name, found[0]->key.asked));
  return found.empty() ? std::nullopt : found[0]->state.confirmed();
}

// From the daemon or its storage where one is named, else by a probe now.
std::vector<Known> learn(const std::vector<TenantReference>& tenants, const Settings& settings,
                         const Options& options) {
  std::optional<DaemonClient> daemon;
  std::vector<StoredTenant> stored;
  if (!options.daemon.url.empty())
    daemon.emplace(options.daemon);
  if (!options.daemon.storage_path.empty())
    stored = read_sqlite_states(options.daemon.storage_path);

  std::vector<Known> known;
  std::vector<Lookup> lookups;
  std::vector<std::size_t> asked;
  for (const TenantReference& tenant : tenants) {
    known.push_back({.shown = tenant.shown(),
                     .finding = daemon ? ask_daemon(*daemon, tenant) : look_up(stored, tenant),
                     .failure = {}});
    if (known.back().finding)
      continue;
    const auto key = read_key(tenant.shown(), options.ask.asked(), settings.clouds);
    if (!key)
      throw FatalError(exit_usage, key.error().detail);
    lookups.push_back({*key, {}});
    asked.push_back(known.size() - 1);
  }
  ask(lookups, settings, settings.probe.timeout);
  for (std::size_t i = 0; i < lookups.size(); ++i) {
    const Result<Finding>& finding = lookups[i].result.observation.finding;
    if (finding)
      known[asked[i]].finding = *finding;
    else
      known[asked[i]].failure = finding.error();
  }
  return known;
}

std::string_view colour_of(PairCapability capability) {
  switch (capability) {
    case PairCapability::supported:
      return "\033[32m";
    case PairCapability::not_supported:
      return "\033[31m";
    case PairCapability::conditional:
    case PairCapability::unknown:
      break;
  }
  return "\033[33m";
}

std::string in_short(const Known& known) {
  if (!known.finding)
    return known.failure ? fmt::format("failed, {}: {}", to_string(known.failure->kind),
                                       known.failure->detail)
                         : "never seen";
  if (!known.finding->found)
    return "not found";
  const Finding& finding = *known.finding;
  return fmt::format("{}, region scope {}",
                     finding.cloud.empty() ? "no cloud that is known" : finding.cloud,
                     finding.region_scope.empty() ? "none" : finding.region_scope);
}

void print_text(const Known& host, const std::string& guest, const Known* guest_known,
                const PairVerdict& verdict) {
  const auto line = [](std::string_view name, std::string_view value) {
    print(fmt::format("  {:<12}{}\n", name, plain_text(value, longest_line)));
  };
  print(fmt::format("Can {} invite {}?\n", host.shown, guest));
  const bool terminal = ::isatty(STDOUT_FILENO);
  std::cout << fmt::format("  {:<12}{}{}{}\n", "answer",
                           terminal ? colour_of(verdict.capability) : "",
                           to_string(verdict.capability), terminal ? "\033[0m" : "");
  line("why", verdict.explanation);
  for (const std::string& limit : verdict.limits)
    line("mind", limit);
  for (const std::string& advice : verdict.advice)
    line("instead", advice);
  line("host", in_short(host));
  if (guest_known)
    line("guest", in_short(*guest_known));
  line("rule", fmt::format("{} of {}", verdict.rule, to_string(verdict.rules)));
  for (const std::string& source : verdict.sources)
    line("source", source);
}

int run(const Options& options) {
  const Settings settings = read_settings(options.ask);
  const auto word = parse_cross_cloud(options.cross_cloud);
  std::optional<IdentityProvider> identity;
  if (options.guest.starts_with(identity_prefix)) {
    identity = parse_identity_provider(options.guest.substr(identity_prefix.size()));
    if (!identity)
      throw FatalError(exit_usage, fmt::format("`{}`: none of identity:microsoft, identity:google, "
                                               "identity:email_otp, identity:saml",
                                               options.guest));
  }
  std::vector<TenantReference> tenants{read_written(options.host, options)};
  if (!identity)
    tenants.push_back(read_written(options.guest, options));

  const std::vector<Known> known = learn(tenants, settings, options);
  const auto finding = [&](std::size_t i) {
    return known[i].finding ? &*known[i].finding : nullptr;
  };
  const PairGuest guest{.tenant = identity ? nullptr : finding(1), .identity = identity};
  const PairVerdict verdict =
      judge_pair(finding(0), guest, settings.rules, word.value_or(CrossCloud::unset));
  const auto failed =
      std::ranges::find_if(known, [](const Known& one) { return one.failure.has_value(); });

  const std::string guest_shown = identity ? options.guest : known[1].shown;
  if (options.output == "json") {
    const auto reason = failed == known.end() ? std::nullopt : std::optional(failed->failure->kind);
    print(json_line(explain_json(known[0].shown, guest_shown, verdict, reason)) + "\n");
  } else {
    print_text(known[0], guest_shown, identity ? nullptr : &known[1], verdict);
  }
  return failed == known.end() ? 0 : exit_failure;
}

}  // namespace

void add_explain(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("explain", "Can HOST invite GUEST, why, and what to do instead");
  const auto options = std::make_shared<Options>();
  command->add_option("HOST", options->host, "The inviting tenant; NAME@CLOUD says where to ask")
      ->required();
  command
      ->add_option(
          "GUEST", options->guest,
          "A tenant, or identity:microsoft, identity:google, identity:email_otp, identity:saml")
      ->required();
  command->add_option("--output", options->output, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command
      ->add_option("--cross-cloud", options->cross_cloud,
                   "Your word on both sides' Microsoft cloud settings")
      ->check(CLI::IsMember({"enabled", "disabled", "unset"}))
      ->capture_default_str();
  const auto storage = command->add_option(
      "--storage.path", options->daemon.storage_path,
      "What this storage knows is taken from there, also beside a running daemon");
  add_url_options(*command, options->daemon,
                  "What the daemon at this URL knows is taken from there")
      ->excludes(storage);
  add_ask_options(*command, options->ask);
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace tenantscope
