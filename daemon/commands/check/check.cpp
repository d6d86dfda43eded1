#include "commands/check/check.hpp"

#include <boost/json/value.hpp>
#include <exception>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/clock.hpp"
#include "base/text/html.hpp"
#include "base/text/mailboxes.hpp"
#include "commands/asking.hpp"
#include "commands/check/plugin_line.hpp"
#include "commands/check/service_check.hpp"
#include "commands/daemon_client.hpp"
#include "commands/printing.hpp"
#include "config/tenant_reference.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

struct CheckOptions {
  std::string name;
  std::vector<std::string> expect;
  std::string warning;
  std::string critical;
  double timeout = 10;
  int verbosity = 0;
  DaemonPlace daemon;
  AskOptions ask;
};

[[noreturn]] void refuse(const std::string& why) {
  throw FatalError(int(PluginState::unknown), why);
}

std::optional<Range> read_range(const std::string& flag, const std::string& text) {
  if (text.empty())
    return std::nullopt;
  auto range = parse_range(text);
  if (!range)
    refuse(fmt::format("{}: not a range such as 10, 10:, ~:10, 10:20 or @10:20: {}", flag, text));
  return range;
}

ServiceLimits read_limits(const CheckOptions& options) {
  ServiceLimits limits{.expect = {},
                       .warning = read_range("--warning", options.warning),
                       .critical = read_range("--critical", options.critical),
                       .timeout = options.timeout};
  for (const std::string& text : options.expect) {
    auto expect = add_expectation(limits.expect, text);
    if (!expect)
      refuse(fmt::format("--expect={}: {}", text, expect.error().detail));
    limits.expect = std::move(*expect);
  }
  return limits;
}

Duration timeout_of(const CheckOptions& options) {
  return std::chrono::ceil<Duration>(std::chrono::duration<double>(options.timeout));
}

ServiceCheck probe_once(const CheckOptions& options) {
  const Settings settings = read_settings(options.ask);
  const auto key = read_key(options.name, options.ask.asked(), settings.clouds);
  if (!key)
    refuse(key.error().detail);
  std::vector<Lookup> lookups{{*key, {}}};
  ask(lookups, settings, timeout_of(options));

  const ProbeResult& result = lookups.front().result;
  const auto& finding = result.observation.finding;
  const Evidence& evidence = result.observation.evidence;
  ServiceCheck check{.key = *key,
                     .failure = "",
                     .finding = {},
                     .verdict = {},
                     .seconds = result.duration.count(),
                     .evidence = {}};
  check.evidence = {{"url", evidence.url},
                    {"status", result.status == 0 ? "" : fmt::to_string(result.status)},
                    {"sha256", result.body_sha256()},
                    {"request ID", evidence.request_id},
                    {"bytes", result.status == 0 ? "" : fmt::to_string(evidence.body_bytes)}};
  if (finding) {
    check.finding = *finding;
    check.verdict = judge(&*finding, settings.rules);
  } else {
    check.failure = fmt::format("{}: {}", to_string(finding.error().kind), finding.error().detail);
  }
  return check;
}

std::string text_at(const json::value& tenant, const char* key) {
  const json::value* const value = tenant.as_object().if_contains(key);
  return value && value->is_string() ? std::string(value->get_string()) : "";
}

std::string failure_of(const json::value& tenant) {
  const std::string reason = text_at(tenant, "failure");
  if (!reason.empty())
    return fmt::format("last probe failed: {}", reason);
  if (tenant.at("stale").as_bool()) {
    const std::string last = text_at(tenant, "last_success");
    return fmt::format("stale, last success {}", last.empty() ? "never" : last);
  }
  return tenant.at("found").is_null() ? "not probed yet" : "";
}

ServiceCheck read_tenant(const json::value& tenant) {
  ServiceCheck check;
  check.key = {.asked = text_at(tenant, "asked"), .name = text_at(tenant, "tenant")};
  check.failure = failure_of(tenant);
  check.finding = {.found = tenant.at("found").is_bool() && tenant.at("found").as_bool(),
                   .cloud = text_at(tenant, "cloud"),
                   .tenant_id = parse_guid(text_at(tenant, "tenant_id")).value_or(Guid{}),
                   .region_scope = text_at(tenant, "region_scope"),
                   .sub_scope = text_at(tenant, "sub_scope")};
  check.verdict = {.state = parse_b2b(text_at(tenant, "b2b")).value_or(B2b::unknown),
                   .rules = parse_rule_set(text_at(tenant, "rules")).value_or(default_rules),
                   .rule = text_at(tenant, "rule"),
                   .explanation = text_at(tenant, "explanation"),
                   .source = text_at(tenant, "source"),
                   .limits = {}};
  for (const json::value& limit : tenant.at("limits").as_array())
    check.verdict.limits.emplace_back(limit.as_string());
  return check;
}

ServiceCheck ask_daemon(const CheckOptions& options) {
  const Result<TenantReference> reference = parse_tenant_reference(options.name);
  if (!reference)
    refuse(reference.error().detail);
  const std::string cloud = reference->cloud.value_or(options.ask.cloud);
  std::string target = "/api/v1/tenants/" + percent_encoded(reference->name);
  if (!cloud.empty())
    target += "?cloud=" + percent_encoded(cloud);

  DaemonClient daemon(options.daemon);
  const SteadyTime started = steady_now();
  const json::value tenant = daemon.get(target, timeout_of(options));
  const std::chrono::duration<double> duration = steady_now() - started;
  ServiceCheck check = read_tenant(tenant);
  check.seconds = duration.count();
  check.evidence = {{"daemon", options.daemon.url},
                    {"failure detail", text_at(tenant, "failure_detail")},
                    {"last success", text_at(tenant, "last_success")},
                    {"change pending", tenant.at("pending").as_bool() ? "yes" : "no"}};
  for (const auto& changed : tenant.at("last_change").as_object())
    check.evidence.emplace_back(fmt::format("last change of {}", std::string_view(changed.key())),
                                changed.value().as_string());
  return check;
}

int run_check(const CheckOptions& options) {
  try {
    const ServiceLimits limits = read_limits(options);
    const ServiceCheck check =
        options.daemon.url.empty() ? probe_once(options) : ask_daemon(options);
    print(plugin_output(check, limits, options.verbosity));
    return int(plugin_state(check, limits));
  } catch (const std::exception& error) {
    print(plugin_unknown(error.what()));
    return int(PluginState::unknown);
  }
}

}  // namespace

void add_check(CLI::App& app, const std::string& version, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "check", "A plugin for Nagios, Icinga and the like: a line about NAME; exits 0 to 3");
  const auto options = std::make_shared<CheckOptions>();
  command->set_version_flag("-V,--version", version);
  command->add_option("NAME", options->name, "A domain or GUID; NAME@CLOUD says where to ask")
      ->required();
  command
      ->add_option("--expect", options->expect,
                   "OK where this is met, CRITICAL else: supported, not_supported, unknown, or "
                   "region_scope=VALUE; repeatable")
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("-w,--warning", options->warning,
                      "Range of the response time in seconds: 10, 10:, ~:10, 10:20, @10:20");
  command->add_option("-c,--critical", options->critical, "Likewise");
  command->add_option("-t,--timeout", options->timeout, "Seconds; later is UNKNOWN")
      ->check(CLI::Range(0.001, 3600.0))
      ->capture_default_str();
  command
      ->add_flag("-v,--verbose", options->verbosity,
                 "More lines: the verdict; -vv: the finding; -vvv: the evidence")
      ->default_str("");  // CLI11 2.4 would tell of a 0 and be no longer understood by completion
  const auto url = add_url_options(*command, options->daemon, "Ask the daemon at this URL instead");
  add_ask_options(*command, options->ask);
  for (const char* own : {"--rules", "--config.file"})
    url->excludes(command->get_option(own));
  command->callback([options, &exit_code] { exit_code = run_check(*options); });
}

int end_check(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0)
    app.exit(error);
  else
    print(plugin_unknown(without_mailboxes(error.what())));
  return int(PluginState::unknown);
}

}  // namespace tenantscope
