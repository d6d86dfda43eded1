#include "app/api.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

#include <fmt/format.h>

#include "io/clock.hpp"
#include "io/idn.hpp"
#include "io/process.hpp"
#include "view/exposition.hpp"
#include "view/tenant_json.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t most_events = 1000;
constexpr std::size_t default_events = 100;
constexpr std::size_t most_tenants = 1000;
constexpr Duration longest_wait = std::chrono::minutes(5);
constexpr std::string_view tenants_path = "/api/v1/tenants";

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

}  // namespace

Api::Api(const Table& table, const Instruments& instruments, std::unique_ptr<Journal> journal, Reload reload)
    : table_(table), instruments_(instruments), journal_(std::move(journal)), reload_(std::move(reload)) {}

boost::asio::awaitable<WebResponse> Api::answer(WebRequest request) {
  const std::string& path = request.path;
  const bool posts = request.method == "POST";
  if (posts != (path == "/-/reload")) {
    WebResponse response = plain(405, "method not allowed");
    response.headers.emplace_back("Allow", path == "/-/reload" ? "POST" : "GET, HEAD");
    co_return response;
  }
  if (path == "/metrics") co_return metrics(request);
  if (path == "/-/healthy") co_return plain(200, "tenantscope is healthy");
  if (path == "/-/ready") co_return ready_ ? plain(200, "tenantscope is ready") : plain(503, "tenantscope is starting or stopping");
  if (path == "/-/reload") {
    if (!reload_) co_return plain(403, "reloading over HTTP needs --web.enable-lifecycle");
    const std::string findings = co_await reload_();
    co_return findings.empty() ? plain(200, "reloaded") : plain(400, findings);
  }
  // Refusals can't be answered from inside a handler of exceptions that awaits: they are kept until after it.
  std::optional<Refusal> refusal;
  try {
    if (path == tenants_path) co_return tenants(request);
    if (path.starts_with(tenants_path) && path[tenants_path.size()] == '/') co_return tenant(request, std::string_view(path).substr(tenants_path.size() + 1));
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

}  // namespace tenantscope
