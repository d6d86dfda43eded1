#include "app/api.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

#include <fmt/format.h>

#include "app/pairs.hpp"
#include "io/clock.hpp"
#include "io/idn.hpp"
#include "io/process.hpp"
#include "view/exposition.hpp"
#include "view/json.hpp"
#include "view/tenant_json.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t most_events = 1000;
constexpr std::size_t default_events = 100;
constexpr std::size_t most_tenants = 1000;
constexpr Duration longest_wait = std::chrono::minutes(5);
constexpr std::string_view tenants_path = "/api/v1/tenants";
constexpr std::string_view reload_path = "/-/reload";
constexpr std::string_view drill_path = "/api/v1/drill";
constexpr std::string_view redeliver_path = "/api/v1/redeliver";

// What is wrong with a request, as its answer.
struct Refusal {
  unsigned status;
  std::string why;
};

WebResponse plain(unsigned status, std::string text) { return {.status = status, .body = std::move(text) + "\n"}; }

WebResponse json(unsigned status, const boost::json::object& object) {
  return {.status = status, .content_type = "application/json", .body = boost::json::serialize(object) + "\n"};
}

WebResponse success(boost::json::value data) { return json(200, {{"status", "success"}, {"data", std::move(data)}}); }

WebResponse refused(const Refusal& refusal) { return json(refusal.status, {{"status", "error"}, {"error", refusal.why}}); }

template <class Number>
Number number_parameter(const WebRequest& request, std::string_view name, Number fallback, Number most) {
  const auto text = request.parameter(name);
  if (!text) return fallback;
  Number value{};
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || end != text->data() + text->size() || value > most)
    throw Refusal{400, fmt::format("`{}` is not a number from 0 to {}: `{}`", name, most, *text)};
  return value;
}

Duration wait_parameter(const WebRequest& request) {
  const auto text = request.parameter("wait");
  if (!text) return Duration::zero();
  const auto wait = parse_duration(*text);
  if (!wait) throw Refusal{400, fmt::format("`wait` is not a duration such as 30s: `{}`", *text)};
  return std::min(*wait, longest_wait);
}

template <class T>
T value_of(const Result<T>& result) {
  if (!result) throw Refusal{503, result.error().detail};
  return *result;
}

std::string required_parameter(const WebRequest& request, std::string_view name) {
  const auto text = request.parameter(name);
  if (!text || text->empty()) throw Refusal{400, fmt::format("`{}` is missing", name)};
  return std::string(*text);
}

std::uint64_t done(const Result<std::uint64_t>& result) {
  if (!result) throw Refusal{result.error().kind == ErrorKind::io ? 503u : 404u, result.error().detail};
  return *result;
}

}  // namespace

Api::Api(const Table& table, const Instruments& instruments, std::unique_ptr<Journal> journal, Operations operations, bool lifecycle)
    : table_(table), instruments_(instruments), journal_(std::move(journal)), operations_(std::move(operations)), lifecycle_(lifecycle) {}

boost::asio::awaitable<WebResponse> Api::answer(WebRequest request) {
  const std::string& path = request.path;
  const bool operation = path == reload_path || path == drill_path || path == redeliver_path;
  if ((request.method == "POST") != operation) {
    WebResponse response = plain(405, "method not allowed");
    response.headers.emplace_back("Allow", operation ? "POST" : "GET, HEAD");
    co_return response;
  }
  if (path == "/metrics") co_return metrics(request);
  if (path == "/-/healthy") co_return plain(200, "tenantscope is healthy");
  if (path == "/-/ready") co_return ready_ ? plain(200, "tenantscope is ready") : plain(503, "tenantscope is starting or stopping");
  // Refusals can't be answered from inside a handler of exceptions that awaits: they are kept until after it.
  std::optional<Refusal> refusal;
  try {
    if (path == tenants_path) co_return tenants(request);
    if (path.starts_with(tenants_path) && path[tenants_path.size()] == '/') co_return tenant(request, std::string_view(path).substr(tenants_path.size() + 1));
    if (path == "/api/v1/collaborations") co_return collaborations(request);
    if (path == "/api/v1/explain") co_return explain(request);
    if (operation) co_return co_await operate(std::move(request));
    if (path == "/api/v1/events") co_return co_await events(std::move(request));
    if (path.starts_with("/api/")) throw Refusal{404, "no such resource"};
  } catch (const Refusal& caught) {
    refusal = caught;
  }
  co_return refusal ? refused(*refusal) : plain(404, "not found");
}

WebResponse Api::metrics(const WebRequest& request) const {
  const ExpositionFormat format = negotiate(request.header("accept"));
  Exposition exposition(format);
  {
    const std::lock_guard lock(table_.mutex);
    exposition.tenants(table_.watched(), table_.rules, wall_now());
    std::vector<PairRow> pairs;
    for_each_pair(table_, [&](const DeclaredPair& pair) {
      pairs.push_back({pair.collaboration.name, pair.host.shown, pair.guest_shown(), capability_of(table_, pair)});
    });
    exposition.pairs(pairs);
  }
  exposition.instruments(instruments_.collect());
  exposition.process(read_process_stats());
  return {.content_type = std::string(content_type(format)), .body = std::move(exposition).finish()};
}

WebResponse Api::tenants(const WebRequest& request) const {
  const auto cloud = request.parameter("cloud");
  const auto query = request.parameter("q");
  const auto state = request.parameter("state");
  if (state && !parse_b2b(*state)) throw Refusal{400, fmt::format("`state` is none of supported, not_supported, unknown: `{}`", *state)};
  const auto limit = number_parameter(request, "limit", most_tenants, most_tenants);
  const auto offset = number_parameter<std::size_t>(request, "offset", 0, std::size_t(-1));
  const std::string needle = query ? normalized(*query) : "";

  boost::json::array shown;
  std::size_t total = 0;
  const WallTime now = wall_now();
  const std::lock_guard lock(table_.mutex);
  for (const Watch* watch : table_.watched()) {
    const TenantKey& key = watch->settings.key;
    if (cloud && key.asked != *cloud) continue;
    if (key.name.find(needle) == std::string::npos) continue;
    const auto confirmed = watch->state.confirmed();
    if (state && to_string(capability(confirmed ? &*confirmed : nullptr, table_.rules)) != *state) continue;
    if (total++ >= offset && shown.size() < limit) shown.push_back(watch_json(*watch, table_.rules, now));
  }
  return success(boost::json::object{{"tenants", std::move(shown)}, {"total", total}});
}

WebResponse Api::tenant(const WebRequest& request, std::string_view name) const {
  const Result<std::string> canonical = read_tenant_name(name);
  if (!canonical) throw Refusal{400, canonical.error().detail};
  const auto cloud = request.parameter("cloud");

  const std::lock_guard lock(table_.mutex);
  std::vector<const Watch*> found;
  for (const Watch* watch : table_.watched())
    if (watch->settings.key.name == *canonical && (!cloud || watch->settings.key.asked == *cloud)) found.push_back(watch);
  if (found.empty()) throw Refusal{404, fmt::format("`{}` is not watched", *canonical)};
  if (found.size() > 1) throw Refusal{400, fmt::format("`{}` is asked in several clouds; say which one with ?cloud=", *canonical)};
  return success(watch_json(*found.front(), table_.rules, wall_now()));
}

// A cell of CSV (RFC 4180), always in quotes.
std::string cell(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

WebResponse Api::collaborations(const WebRequest& request) const {
  const auto host = request.parameter("host");
  const auto guest = request.parameter("guest");
  const std::string format(request.parameter("format").value_or("json"));
  if (format != "json" && format != "csv") throw Refusal{400, fmt::format("`format` is none of json, csv: `{}`", format)};

  boost::json::array shown;
  std::string csv = "collaboration,host,guest,capability,rule,rules,explanation\r\n";
  const std::lock_guard lock(table_.mutex);
  for_each_pair(table_, [&](const DeclaredPair& pair) {
    if ((host && pair.host.shown != *host) || (guest && pair.guest_shown() != *guest)) return;
    const PairVerdict verdict = verdict_of(table_, pair);
    if (format == "csv") {
      csv += fmt::format("{},{},{},{},{},{},{}\r\n", cell(pair.collaboration.name), cell(pair.host.shown), cell(pair.guest_shown()),
                         to_string(verdict.capability), verdict.rule, to_string(verdict.rules), cell(verdict.explanation));
      return;
    }
    boost::json::object object{{"collaboration", pair.collaboration.name}};
    for (const auto& member : explain_json(pair.host.shown, pair.guest_shown(), verdict, failure_of(table_, pair)))
      object.emplace(member.key(), member.value());
    shown.push_back(std::move(object));
  });
  if (format == "csv") return {.content_type = "text/csv; charset=utf-8", .body = std::move(csv)};
  const std::size_t total = shown.size();
  return success(boost::json::object{{"collaborations", std::move(shown)}, {"total", total}});
}

WebResponse Api::explain(const WebRequest& request) const {
  const std::string host = required_parameter(request, "host");
  const std::string guest = required_parameter(request, "guest");
  const auto word = parse_cross_cloud(request.parameter("cross_cloud").value_or("unset"));
  if (!word) throw Refusal{400, "`cross_cloud` is none of enabled, disabled, unset"};
  const auto rules = request.parameter("rules");
  if (rules && !parse_rule_set(*rules)) throw Refusal{400, fmt::format("`rules` is none of docs-2025, seed-2022: `{}`", *rules)};

  const std::lock_guard lock(table_.mutex);
  const Watch& host_watch = watched_as(host);
  const auto host_finding = host_watch.state.confirmed();
  std::optional<ErrorKind> failure = host_watch.status.failure;
  PairGuest asked;
  std::optional<Finding> guest_finding;
  if (guest.starts_with("identity:")) {
    asked.identity = parse_identity_provider(guest.substr(std::string_view("identity:").size()));
    if (!asked.identity) throw Refusal{400, fmt::format("`{}` is none of identity:microsoft, identity:google, identity:email_otp, identity:saml", guest)};
  } else {
    const Watch& guest_watch = watched_as(guest);
    guest_finding = guest_watch.state.confirmed();
    if (guest_finding) asked.tenant = &*guest_finding;
    if (!failure) failure = guest_watch.status.failure;
  }
  const PairVerdict verdict =
      judge_pair(host_finding ? &*host_finding : nullptr, asked, rules ? *parse_rule_set(*rules) : table_.rules, *word);
  return success(explain_json(host, guest, verdict, failure));
}

// NAME or NAME@CLOUD. REQUIRES: the mutex is held.
const Watch& Api::watched_as(const std::string& written) const {
  const auto at = written.rfind('@');
  const Result<std::string> name = read_tenant_name(written.substr(0, at));
  if (!name) throw Refusal{400, name.error().detail};
  std::vector<const Watch*> found;
  for (const Watch* watch : table_.watched())
    if (watch->settings.key.name == *name && (at == std::string::npos || watch->settings.key.asked == written.substr(at + 1))) found.push_back(watch);
  if (found.empty()) throw Refusal{404, fmt::format("`{}` is not watched", written)};
  if (found.size() > 1) throw Refusal{400, fmt::format("`{}` is asked in several clouds; say which one: {}@CLOUD", *name, *name)};
  return *found.front();
}

boost::asio::awaitable<WebResponse> Api::events(WebRequest request) {
  const auto oldest = value_of(journal_->oldest());
  const auto after = number_parameter<std::uint64_t>(request, "after", oldest - 1, std::uint64_t(-1) / 2);
  const auto limit = number_parameter(request, "limit", default_events, most_events);
  const SteadyTime until = steady_now() + wait_parameter(request);
  if (after + 1 < oldest) throw Refusal{410, fmt::format("the journal begins at {:020}: older events left it by retention", oldest)};

  std::vector<JournalEntry> entries = value_of(journal_->read(after, limit));
  while (entries.empty() && limit > 0 && steady_now() < until) {
    co_await bell_->wait_until(until);
    entries = value_of(journal_->read(after, limit));
  }
  // The events are JSON already, final since their commit.
  std::string body = R"({"status":"success","data":{"events":[)";
  for (const JournalEntry& entry : entries) {
    if (&entry != &entries.front()) body += ',';
    body += entry.event;
  }
  fmt::format_to(std::back_inserter(body), R"(],"next":{}}}}})", entries.empty() ? after : entries.back().sequence);
  co_return WebResponse{.content_type = "application/json", .body = body + "\n"};
}

// A browser says where a page that makes it post came from: no page has any business here.
boost::asio::awaitable<WebResponse> Api::operate(WebRequest request) {
  if (!request.header("origin").empty()) throw Refusal{403, "browsers may not operate the daemon"};
  if (request.path == reload_path) co_return co_await reload();
  if (!lifecycle_ && !request.local) throw Refusal{403, "operating the daemon from another machine needs --web.enable-lifecycle"};
  if (request.path == drill_path) co_return co_await drill(std::move(request));
  co_return co_await redeliver(std::move(request));
}

boost::asio::awaitable<WebResponse> Api::reload() {
  if (!lifecycle_) co_return plain(403, "reloading over HTTP needs --web.enable-lifecycle");
  const std::string findings = co_await operations_.reload();
  co_return findings.empty() ? plain(200, "reloaded") : plain(400, findings);
}

boost::asio::awaitable<WebResponse> Api::drill(WebRequest request) {
  const Result<std::string> name = read_tenant_name(required_parameter(request, "tenant"));
  if (!name) throw Refusal{400, name.error().detail};
  std::string to = required_parameter(request, "to");
  TenantKey tenant{.asked = std::string(request.parameter("cloud").value_or("")), .name = *name};
  if (tenant.asked.empty()) tenant.asked = only_cloud_of(*name);
  const Result<std::uint64_t> drilled = co_await operations_.drill(std::move(tenant), std::move(to));
  co_return success(boost::json::object{{"sequence", fmt::format("{:020}", done(drilled))}});
}

// Where the tenant is asked, if that is one cloud.
std::string Api::only_cloud_of(const std::string& name) const {
  const std::lock_guard lock(table_.mutex);
  std::string asked;
  for (const Watch* watch : table_.watched()) {
    if (watch->settings.key.name != name) continue;
    if (!asked.empty()) throw Refusal{400, fmt::format("`{}` is asked in several clouds; say which one with `cloud`", name)};
    asked = watch->settings.key.asked;
  }
  if (asked.empty()) throw Refusal{404, fmt::format("`{}` is not watched", name)};
  return asked;
}

boost::asio::awaitable<WebResponse> Api::redeliver(WebRequest request) {
  Redelivery asked{.sink = required_parameter(request, "sink"), .id = std::string(request.parameter("id").value_or("")), .since = {}};
  const auto since = request.parameter("since");
  if (asked.id.empty() != since.has_value()) throw Refusal{400, "say which events: `id` or `since`"};
  if (since) {
    const auto time = parse_rfc3339(*since);
    if (!time) throw Refusal{400, fmt::format("`since` is not a time such as 2026-11-23T10:00:00Z: `{}`", *since)};
    asked.since = *time;
  }
  const Result<std::uint64_t> enqueued = co_await operations_.redeliver(std::move(asked));
  co_return success(boost::json::object{{"events", done(enqueued)}});
}

}  // namespace tenantscope
