// What the end of one request says of the authority that was asked, for its limiter: decided here,
// whether the schedule, /probe or a command asked. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.hpp"
#include "base/time.hpp"

namespace tenantscope {

enum class RequestOutcome : std::uint8_t {
  answered,           // an answer, also one that is of no use
  unavailable,        // 503 without Retry-After: this tenant's failure, unless it is that of many
  unavailable_again,  // likewise, of a tenant that failed before: no news
  throttled,          // 429, or any 5xx with Retry-After: it is to be asked less
  unreachable,        // no answer: dns, connect, tls or timeout
};

// What is known of a request when it is over.
struct RequestEnd {
  int status = 0;                    // 0: no answer
  Duration retry_after{};            // 0: none named
  std::optional<ErrorKind> failure;  // why there is no finding
  bool failed_before = false;        // the tenant's probe before this one failed
};

RequestOutcome outcome_of(const RequestEnd& end);

}  // namespace tenantscope
