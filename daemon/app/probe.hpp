// One probe: asks an authority about one tenant and says what was observed. Knows nothing of states
// and schedules.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/guid.hpp"
#include "domain/cloud.hpp"
#include "domain/history.hpp"
#include "domain/schedule/request_outcome.hpp"
#include "fetch/fetcher.hpp"

namespace tenantscope {

struct ProbeTarget {
  std::string tenant;             // another one's document is an error, where this is a GUID
  std::optional<Guid> tenant_id;  // a pin: likewise, whatever the name
  Duration timeout = std::chrono::seconds(10);
  bool fresh_connection = false;
  bool keep_headers = false;
  bool failed_before = false;  // the tenant's probe before this one failed
};

struct ProbeResult {
  Observation observation;
  std::chrono::duration<double> duration{};
  int status = 0;                                     // 0: no answer
  Duration retry_after{};                             // 0: none named
  RequestOutcome outcome = RequestOutcome::answered;  // what it says of the authority
  std::uint32_t connections_opened = 0;
  RequestTrace trace;
  std::string body;

  // Lower-case hex; "" without an answer. The evidence lacks it: hardly any probe needs it.
  std::string body_sha256() const;
};

// REQUIRES: `fetcher` outlives the probe; `asked` lives as long as `clouds`, of which it is one.
boost::asio::awaitable<ProbeResult> probe(Fetcher& fetcher, std::shared_ptr<const Clouds> clouds,
                                          const Cloud* asked, ProbeTarget target);

}  // namespace tenantscope
