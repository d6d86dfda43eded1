#include "app/api/api.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/ranges.h>

#include "app/api/answer.hpp"
#include "app/api/coding.hpp"
#include "app/api/collaborations.hpp"
#include "app/api/config.hpp"
#include "app/api/events.hpp"
#include "app/api/explain.hpp"
#include "app/api/feed.hpp"
#include "app/api/lookup.hpp"
#include "app/api/metrics.hpp"
#include "app/api/operate.hpp"
#include "app/api/probe.hpp"
#include "app/api/probes.hpp"
#include "app/api/replicas.hpp"
#include "app/api/status.hpp"
#include "app/api/tenants.hpp"
#include "app/page/events_page.hpp"
#include "app/page/explain_page.hpp"
#include "app/page/overview_page.hpp"
#include "app/page/page.hpp"
#include "app/page/pairs_page.hpp"
#include "app/page/replicas_page.hpp"
#include "app/page/tenant_page.hpp"
#include "formats/openapi.hpp"

namespace tenantscope {
namespace {

constexpr std::string_view tenant_prefix = "/api/v1/tenants/";
constexpr std::string_view tenant_page_prefix = "/tenants/";

WebResponse show_health(const std::vector<std::string>& standing_still) {
  return standing_still.empty() ? plain(200, "tenantscope is healthy")
                                : plain(503, fmt::format("tenantscope isn't healthy: {}",
                                                         fmt::join(standing_still, "; ")));
}

constexpr std::string_view is_suspended =
    "tenantscope is suspended: its storage doesn't answer, and another replica may be active";

WebResponse show_ready(bool ready, const PageSources& sources) {
  if (const std::optional<StandingBy>& standing_by = sources.standing_by)
    return plain(standing_by->outdated.empty() ? 200 : 503,
                 "tenantscope " + standing_by->standing() + ": active is " + standing_by->whom());
  if (ready)
    return plain(200, sources.suspended ? is_suspended : "tenantscope is ready");
  return plain(503, sources.joining ? "tenantscope waits for its storage"
                                    : "tenantscope is starting or stopping");
}

// What is answered before anything of the storage is known.
bool needs_no_storage(std::string_view path) {
  return path == "/" || path == "/metrics" || path == "/-/healthy" || path == "/-/ready" ||
         path == "/api/v1/status" || path == "/api/v1/openapi.json" || path == "/replicas" ||
         path == "/api/v1/replicas";
}

// What a standby answers as well, by what is committed.
bool is_committed(std::string_view path) {
  return path == "/pairs" || path == "/explain" || path == "/events" || path == "/events.atom" ||
         path == "/api/v1/tenants" || path == "/api/v1/collaborations" ||
         path == "/api/v1/explain" || path == "/api/v1/events" ||
         path.starts_with(tenant_page_prefix) || path.starts_with(tenant_prefix);
}

// What a daemon can do that isn't the active one.
bool is_done_meanwhile(const WebRequest& request, const Operations& operations, bool stands_by) {
  if (is_reload(request))
    return bool(operations.reload);
  return is_operation(request) && stands_by && operations.forward;
}

// Who can't answer says who can.
void refuse_too_early(std::string_view path, const PageSources& sources) {
  if (needs_no_storage(path))
    return;
  const std::optional<StandingBy>& standing_by = sources.standing_by;
  if (sources.suspended && is_committed(path))
    throw RefusedRequest{503, fmt::format("{}: nothing is shown of tenants", is_suspended)};
  if (standing_by && !standing_by->knows)
    throw RefusedRequest{503, "tenantscope " + standing_by->standing() +
                                  ", and knows nothing of tenants: " + standing_by->whom_to_ask()};
  if (standing_by && !is_committed(path))
    throw RefusedRequest{503, only_active_answers(*standing_by)};
  if (sources.joining && !standing_by)
    throw RefusedRequest{503, "tenantscope waits for its storage: nothing is known of tenants yet"};
}

WebResponse refuse(const RefusedRequest& refusal, bool to_programs) {
  WebResponse response = to_programs ? refused(refusal) : plain(refusal.status, refusal.why);
  if (refusal.no_room) {
    response.headers.emplace_back("Retry-After", "1");
    response.refused = RefusalReason::full;
  }
  return response;
}

}  // namespace

Api::Api(const Table& table, const Instruments& instruments, const Liveness& liveness,
         std::unique_ptr<Journal> journal, Operations operations, AuditLog& audit,
         ApiPermissions permissions, StoreWorker::Limits reader)
    : table_(table),
      instruments_(instruments),
      liveness_(liveness),
      journal_(std::move(journal), reader),
      operations_(std::move(operations)),
      audit_(audit),
      permissions_(permissions) {}

boost::asio::awaitable<WebResponse> Api::answer(WebRequest request) {
  const std::string accept_encoding = list_header(request, "accept-encoding");
  WebResponse response = co_await respond(std::move(request));
  co_return coded(std::move(response), accept_encoding, coded_blocks_);
}

boost::asio::awaitable<WebResponse> Api::respond(WebRequest request) {
  const bool programs = request.path.starts_with("/api/");
  const bool operation = is_operation(request);
  if ((request.method == "POST") != operation) {
    WebResponse response = refuse({405, "method not allowed"}, programs);
    response.headers.emplace_back("Allow", operation ? "POST" : "GET, HEAD");
    co_return response;
  }
  if (!operation)
    co_return co_await route(std::move(request));
  WebRequest asked = request;
  try {
    WebResponse response = co_await route(std::move(request));
    record(audit_, asked, response.status);
    co_return response;
  } catch (...) {
    record(audit_, asked, 500);  // which the server answers then
    throw;
  }
}

boost::asio::awaitable<WebResponse> Api::carry_out(WebRequest operation) {
  operation.control = true;
  return route(std::move(operation));
}

boost::asio::awaitable<WebResponse> Api::route(WebRequest request) {
  const bool programs = request.path.starts_with("/api/");
  std::optional<RefusedRequest> refusal;
  try {
    co_return co_await find_answer(std::move(request));
  } catch (const RefusedRequest& caught) {
    refusal = caught;
  }
  co_return refuse(*refusal, programs);
}

void Api::stand_by(std::optional<StandingBy> whom) {
  const std::lock_guard lock(mutex_);
  standing_by_ = std::move(whom);
}

std::optional<StandingBy> Api::standing_by() const {
  const std::lock_guard lock(mutex_);
  return standing_by_;
}

void Api::name_journal(const Guid& ledger) {
  const std::lock_guard lock(mutex_);
  ledger_ = ledger;
}

// It may be that another one is active, and what is here isn't true any more.
bool Api::suspended() const { return fleet_ && !joining_ && !fleet_->knows(); }

const Table& Api::shown_table(bool suspended) {
  if (!suspended)
    return table_;
  const std::scoped_lock lock(table_.mutex, nothing_.mutex);
  nothing_.rules = table_.rules;
  nothing_.clouds = table_.clouds;
  nothing_.ceilings = table_.ceilings;
  nothing_.last_event = table_.last_event;
  return nothing_;
}

PageSources Api::page_sources() {
  const bool suspended = this->suspended();
  return {.table = shown_table(suspended),
          .instruments = instruments_,
          .liveness = liveness_,
          .joining = joining_,
          .standing_by = standing_by(),
          .fleet = fleet_.get(),
          .suspended = suspended};
}

WebResponse Api::show_own_status(const PageSources& sources) const {
  const DaemonStanding standing{.standing_still = liveness_.standing_still(),
                                .ready = ready_,
                                .joining = joining_,
                                .fleet = sources.fleet};
  return show_status(sources.table, instruments_, standing);
}

Guid Api::journal_id() const {
  const std::lock_guard lock(mutex_);
  return ledger_;
}

boost::asio::awaitable<WebResponse> Api::list_own_events(WebRequest request) {
  NameJournal name = [this] { return journal_id(); };
  co_return co_await list_events(table_, journal_, std::move(name), *bell_, std::move(request));
}

boost::asio::awaitable<WebResponse> Api::find_answer(WebRequest request) {
  const std::string& path = request.path;
  const PageSources sources = page_sources();
  if (!is_done_meanwhile(request, operations_, sources.standing_by.has_value()))
    refuse_too_early(path, sources);
  if (path == "/")
    co_return co_await show_overview(sources, journal_, std::move(request));
  if (path.starts_with(tenant_page_prefix)) {
    std::string name = path.substr(tenant_page_prefix.size());
    co_return co_await show_tenant_page(sources, journal_, permissions_.probe, std::move(request),
                                        std::move(name));
  }
  if (path == "/pairs")
    co_return show_pairs(sources, request);
  if (path == "/explain")
    co_return co_await show_explain_page(sources, operations_, permissions_.probe,
                                         std::move(request));
  if (path == "/events")
    co_return co_await show_events_page(sources, journal_, std::move(request));
  if (path == "/events.atom") {
    std::string reached_at = external_url_;
    co_return co_await show_feed(table_, journal_, journal_id(), std::move(reached_at),
                                 std::move(request));
  }
  if (path == "/metrics")
    co_return show_metrics(sources.table, tenant_labels_, instruments_, request);
  if (path == "/-/healthy")
    co_return show_health(liveness_.standing_still());
  if (path == "/-/ready")
    co_return show_ready(ready_, sources);
  if (path == "/config")
    co_return co_await show_config(operations_);
  if (path == "/probe")
    co_return co_await show_probe(operations_, table_, permissions_.probe, std::move(request));
  if (path == "/api/v1/status")
    co_return show_own_status(sources);
  if (path == "/replicas")
    co_return show_replicas(sources, request);
  if (path == "/api/v1/replicas")
    co_return list_replicas(sources.fleet);
  if (path == "/api/v1/tenants")
    co_return list_tenants(table_, request);
  if (path.starts_with(tenant_prefix))
    co_return show_tenant(table_, request, std::string_view(path).substr(tenant_prefix.size()));
  if (path == "/api/v1/probes")
    co_return list_probes(table_, permissions_.probe, request);
  if (path == "/api/v1/collaborations")
    co_return list_collaborations(table_, request);
  if (path == "/api/v1/explain")
    co_return co_await explain_pair(operations_, table_, permissions_.probe, std::move(request));
  if (path == "/api/v1/lookup")
    co_return co_await look_up(operations_, table_, permissions_.probe, std::move(request));
  if (path == "/api/v1/openapi.json")
    co_return WebResponse{.content_type = "application/json", .body = std::string(openapi_json())};
  if (path == "/api/v1/events")
    co_return co_await list_own_events(std::move(request));
  if (is_operation(request))
    co_return co_await operate(operations_, table_, permissions_.lifecycle, std::move(request));
  throw RefusedRequest{404, path.starts_with("/api/") ? "no such resource" : "not found"};
}

}  // namespace tenantscope
