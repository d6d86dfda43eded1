#include "domain/schedule/request_outcome.hpp"

namespace tenantscope {
namespace {

bool unreached(ErrorKind failure) {
  return failure == ErrorKind::dns || failure == ErrorKind::connect || failure == ErrorKind::tls ||
         failure == ErrorKind::timeout;
}

}  // namespace

RequestOutcome outcome_of(const RequestEnd& end) {
  if (end.status == 429 || (end.status >= 500 && end.retry_after > Duration::zero()))
    return RequestOutcome::throttled;
  if (end.status == 503)
    return end.failed_before ? RequestOutcome::unavailable_again : RequestOutcome::unavailable;
  if (end.status == 0 && end.failure && unreached(*end.failure))
    return RequestOutcome::unreachable;
  return RequestOutcome::answered;
}

}  // namespace tenantscope
