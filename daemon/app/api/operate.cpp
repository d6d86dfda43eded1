#include "app/api/operate.hpp"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <string>

#include <fmt/format.h>

#include "app/api/answer.hpp"
#include "app/api/tenant_choice.hpp"
#include "base/clock.hpp"
#include "base/text/visible.hpp"

namespace tenantscope {
namespace {

constexpr std::string_view reload_path = "/-/reload";
constexpr std::string_view drill_path = "/api/v1/drill";
constexpr std::string_view redeliver_path = "/api/v1/redeliver";

template <class T>
T done(Result<T> result) {
  if (!result)
    throw RefusedRequest{result.error().kind == ErrorKind::io ? 503u : 404u, result.error().detail};
  return std::move(*result);
}

TenantKey watched_key(const Table& table, const WebRequest& request) {
  const std::lock_guard lock(table.mutex);
  return choose_watched(table, required_parameter(request, "tenant"),
                        request.parameter("cloud").value_or(""))
      .settings->key;
}

boost::asio::awaitable<WebResponse> reload(const Operations& operations) {
  const std::string findings = co_await operations.reload();
  co_return findings.empty() ? plain(200, "reloaded") : plain(400, findings);
}

boost::asio::awaitable<WebResponse> render(const Operations& operations, DrillRendering asked) {
  Result<Letter> rendered = co_await operations.render(std::move(asked));
  const Letter letter = done(std::move(rendered));
  co_return success(
      boost::json::object{{"content_type", letter.content_type}, {"body", letter.body}});
}

bool only_rendered(const WebRequest& request) {
  const auto render = request.parameter("render");
  if (render && *render != "true" && *render != "false")
    throw RefusedRequest{400, "`render` is `true` or `false`"};
  const bool wanted = render == "true";
  if (wanted != request.parameter("sink").has_value())
    throw RefusedRequest{400, "`render=true` and `sink` go together: a drill goes to all sinks"};
  return wanted;
}

boost::asio::awaitable<WebResponse> drill(const Operations& operations, const Table& table,
                                          WebRequest request) {
  TenantKey tenant = watched_key(table, request);
  std::string to = required_parameter(request, "to");
  if (!is_visible(to))
    throw RefusedRequest{400, "`to` has a control or format character, which no scope can have"};
  if (only_rendered(request)) {
    DrillRendering asked{std::move(tenant), std::move(to), required_parameter(request, "sink")};
    co_return co_await render(operations, std::move(asked));
  }
  const Result<std::uint64_t> drilled = co_await operations.drill(std::move(tenant), std::move(to));
  co_return success(boost::json::object{{"sequence", fmt::format("{:020}", done(drilled))}});
}

boost::asio::awaitable<WebResponse> redeliver(const Operations& operations, WebRequest request) {
  Redelivery asked{.sink = required_parameter(request, "sink"),
                   .id = std::string(request.parameter("id").value_or("")),
                   .since = {}};
  const auto since = request.parameter("since");
  if (asked.id.empty() != since.has_value())
    throw RefusedRequest{400, "say which events: `id` or `since`"};
  if (since) {
    const auto time = parse_rfc3339(*since);
    if (!time)
      throw RefusedRequest{
          400, fmt::format("`since` is not a time such as 2026-11-23T10:00:00Z: `{}`", *since)};
    asked.since = *time;
  }
  const Result<std::uint64_t> enqueued = co_await operations.redeliver(std::move(asked));
  co_return success(boost::json::object{{"events", done(enqueued)}});
}

}  // namespace

bool from_this_machine(const WebRequest& request) {
  constexpr std::array passed_on{"origin", "forwarded", "x-forwarded-for", "x-real-ip", "via"};
  return request.local && std::ranges::all_of(passed_on, [&](const char* name) {
           return request.header(name).empty();
         });
}

bool is_operation(const WebRequest& request) {
  return request.path == reload_path || request.path == drill_path ||
         request.path == redeliver_path;
}

bool is_reload(const WebRequest& request) { return request.path == reload_path; }

void record(AuditLog& audit, const WebRequest& request, unsigned status) {
  const std::string operation = request.path.substr(request.path.rfind('/') + 1);
  const bool anybodys = !request.control && !request.logged_in();  // any number of them may come
  if (status == 403 || (anybodys && status >= 400 && status < 500))
    return audit.refused(operation, request, steady_now());
  audit.done(operation, request, {"tenant", "cloud", "to", "sink", "id", "since", "render"},
             status);
}

boost::asio::awaitable<WebResponse> operate(const Operations& operations, const Table& table,
                                            bool lifecycle, WebRequest request) {
  if (!request.header("origin").empty() || of_foreign_page(request))
    throw RefusedRequest{403, "browsers may not operate the daemon"};
  if (!lifecycle && !request.control && !request.logged_in())
    throw RefusedRequest{
        403,
        "operating the daemon needs its control socket (--storage.path= of a command), a "
        "login (--web.config.file=) or --web.enable-lifecycle"};
  if (is_reload(request))
    co_return co_await reload(operations);
  if (operations.forward)
    co_return co_await operations.forward(std::move(request));
  if (request.path == drill_path)
    co_return co_await drill(operations, table, std::move(request));
  co_return co_await redeliver(operations, std::move(request));
}

}  // namespace tenantscope
