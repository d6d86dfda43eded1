#include "app/probe.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/text/http_date.hpp"
#include "domain/discovery.hpp"
#include "domain/failure_detail.hpp"
#include "fetch/equipment.hpp"

namespace tenantscope {
namespace {

// Another tenant's document: than the pinned one, or than that of the GUID that was asked for.
void judge_identity(Observation& observation, const ProbeTarget& target) {
  const Result<Finding>& finding = observation.finding;
  const std::optional<Guid> wanted =
      target.tenant_id ? target.tenant_id : parse_guid(target.tenant);
  if (!wanted || !finding || !finding->found || finding->tenant_id == *wanted)
    return;
  std::string detail =
      fmt::format("the document is that of tenant {}, not of {} {}", to_string(finding->tenant_id),
                  target.tenant_id ? "the pinned" : "the one asked for,", to_string(*wanted));
  if (target.tenant_id)
    observation.stranger = *finding;
  observation.finding = Error{ErrorKind::identity, std::move(detail)};
}

}  // namespace

std::string ProbeResult::body_sha256() const { return status == 0 ? "" : sha256_hex(body); }

boost::asio::awaitable<ProbeResult> probe(Fetcher& fetcher, std::shared_ptr<const Clouds> clouds,
                                          const Cloud* asked, ProbeTarget target) {
  FetchRequest request{.url = discovery_url(*asked, target.tenant),
                       .peer = asked->name,
                       .timeout = target.timeout,
                       .fresh_connection = target.fresh_connection,
                       .body_limit = document_limit,
                       .keep_headers = target.keep_headers};
  ProbeResult result;
  result.observation.evidence.url = request.url;
  const SteadyTime started = steady_now();
  Result<FetchResponse> fetched = FetchResponse();
  if (const auto unready = equip_connection(request, asked->http))
    fetched = *unready;
  else
    fetched = co_await fetcher.fetch(std::move(request));
  result.duration = steady_now() - started;
  result.observation.time = wall_now();
  if (!fetched) {
    result.observation.finding = bounded(fetched.error());
    result.outcome = outcome_of({.failure = fetched.error().kind});
    co_return result;
  }

  FetchResponse& response = *fetched;
  result.status = response.status;
  result.retry_after =
      parse_retry_after(response.retry_after, result.observation.time).value_or(Duration::zero());
  result.connections_opened = response.connections_opened;
  result.trace = std::move(response.trace);
  Evidence& evidence = result.observation.evidence;
  evidence.status = response.status;
  evidence.request_id = std::move(response.request_id);
  evidence.body_bytes = response.body.size();
  const Answer answer{.status = response.status,
                      .encoded = response.encoded,
                      .truncated = response.truncated,
                      .content_type = response.content_type,
                      .location = response.location,
                      .body = response.body};
  result.observation.finding = read_answer(answer, *clouds);
  if (const auto& finding = result.observation.finding; response.by_proxy && !finding)
    result.observation.finding =
        Error{finding.error().kind, "the proxy's answer: " + finding.error().detail};
  judge_identity(result.observation, target);
  if (const auto& finding = result.observation.finding; !finding)
    result.observation.finding = bounded(finding.error());
  result.outcome = outcome_of({.status = result.status,
                               .retry_after = result.retry_after,
                               .failed_before = target.failed_before});
  result.body = std::move(response.body);
  co_return result;
}

}  // namespace tenantscope
