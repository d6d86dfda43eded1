#include "app/api/probe.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include <fmt/format.h>

#include "app/api/answer.hpp"
#include "app/api/tenant_choice.hpp"
#include "base/result.hpp"
#include "formats/exposition.hpp"
#include "formats/probe_report.hpp"

namespace tenantscope {
namespace {

constexpr double transport_allowance =
    0.5;  // seconds of Prometheus' patience that the way to it may take
constexpr double longest_timeout = 3600;

// Prometheus' patience, less what the way takes. Nothing: it doesn't say.
std::optional<Duration> scrape_timeout(const WebRequest& request) {
  const std::string_view text = request.header("x-prometheus-scrape-timeout-seconds");
  if (text.empty())
    return std::nullopt;
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size() || !(seconds > 0))
    throw RefusedRequest{
        400,
        fmt::format("X-Prometheus-Scrape-Timeout-Seconds is no number of seconds: `{}`", text)};
  if (seconds > transport_allowance)
    seconds -= transport_allowance;
  return std::chrono::ceil<Duration>(
      std::chrono::duration<double>(std::min(seconds, longest_timeout)));
}

bool debug_wanted(const WebRequest& request) {
  const std::string_view text = request.parameter("debug").value_or("false");
  if (text != "true" && text != "false")
    throw RefusedRequest{400, fmt::format("`debug` is none of true, false: `{}`", text)};
  return text == "true";
}

// A tenant of which nothing is known but what this probe saw.
Watch seen_by(TenantSettings settings, const ProbeResult& result) {
  Watch watch{.settings = std::make_shared<const TenantSettings>(std::move(settings))};
  watch.status.probed = true;
  watch.status.duration = result.duration;
  const Result<Finding>& finding = result.observation.finding;
  if (result.observation.stranger)
    watch.state.stranger = *result.observation.stranger;
  if (!finding) {
    watch.status.failure = finding.error().kind;
    watch.status.failure_detail = finding.error().detail;
    return watch;
  }
  watch.state.generation = 1;
  watch.state.found = finding->found;
  if (finding->found)
    watch.state.known = *finding;
  watch.state.last_success = result.observation.time;
  return watch;
}

std::string metrics_of(const Watch& seen, RuleSet rules, ExpositionFormat format) {
  Exposition exposition(format);
  exposition.probe(seen, rules);
  exposition.finish();
  return std::string(exposition.text());
}

std::string report_of(const Watch& seen, const ProbeResult& result, RuleSet rules, bool with_body) {
  Evidence evidence = result.observation.evidence;
  evidence.sha256 = result.body_sha256();
  std::optional<std::string_view> body;
  if (with_body)
    body = result.body;
  return probe_report(seen, evidence, result.trace, rules, body) + "\n" +
         metrics_of(seen, rules, ExpositionFormat::text);
}

}  // namespace

boost::asio::awaitable<WebResponse> show_probe(const Operations& operations, const Table& table,
                                               bool anyone, WebRequest request) {
  const std::string target = required_parameter(request, "target");
  const std::string cloud(request.parameter("cloud").value_or(""));
  const bool debug = debug_wanted(request);
  TenantSettings settings;
  {
    const std::lock_guard lock(table.mutex);
    const TenantChoice choice = choose_tenant(table, target, cloud);
    if (!choice.watch && !anyone)
      refuse_unconfigured(choice.key);
    if (choice.watch)
      settings = *choice.watch->settings;
    settings.key = choice.key;
  }
  ProbeOrder order{.key = settings.key,
                   .tenant_id = settings.tenant_id,
                   .timeout = scrape_timeout(request),
                   .keep_headers = debug};
  begin_probe(request);
  const Result<ProbeResult> probed = co_await operations.probe(std::move(order));
  if (!probed)
    throw RefusedRequest{400, probed.error().detail};

  const Watch seen = seen_by(std::move(settings), *probed);
  RuleSet rules;
  {
    const std::lock_guard lock(table.mutex);
    rules = table.rules;
  }
  if (debug)
    co_return plain(200, report_of(seen, *probed, rules, sees_bodies(request, anyone)));
  const ExpositionFormat format = negotiate(request.header("accept"));
  co_return WebResponse{.content_type = std::string(content_type(format)),
                        .body = metrics_of(seen, rules, format)};
}

}  // namespace tenantscope
