#include "domain/schedule/request_outcome.hpp"

#include <gtest/gtest.h>

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

TEST(RequestOutcome, OfAnAnswerIsDecidedByItsStatusAndRetryAfter) {
  struct Case {
    int status;
    Duration retry_after;
    RequestOutcome outcome;
  };
  for (const Case& c : {Case{429, 0s, RequestOutcome::throttled},
                        {429, 60s, RequestOutcome::throttled},
                        {503, 0s, RequestOutcome::unavailable},
                        {503, 60s, RequestOutcome::throttled},
                        {500, 0s, RequestOutcome::answered},
                        {500, 60s, RequestOutcome::throttled},
                        {504, 1ms, RequestOutcome::throttled},
                        {200, 60s, RequestOutcome::answered},
                        {302, 60s, RequestOutcome::answered},
                        {400, 60s, RequestOutcome::answered},
                        {403, 0s, RequestOutcome::answered}})
    for (const std::optional<ErrorKind> failure :
         {std::optional<ErrorKind>(), std::optional(ErrorKind::http_status),
          std::optional(ErrorKind::timeout)})
      EXPECT_EQ(outcome_of({.status = c.status, .retry_after = c.retry_after, .failure = failure}),
                c.outcome)
          << c.status << " " << to_string(c.retry_after);
}

TEST(RequestOutcome, OfATenantThatFailedBeforeIsNoNewsWhereItIs503) {
  for (const int status : {0, 200, 400, 429, 500, 503}) {
    const RequestEnd end{.status = status, .failed_before = true};
    EXPECT_EQ(outcome_of(end) == RequestOutcome::unavailable_again, status == 503) << status;
    EXPECT_EQ(outcome_of({.status = status}) == RequestOutcome::unavailable, status == 503);
  }
  EXPECT_EQ(outcome_of({.status = 503, .retry_after = 1s, .failed_before = true}),
            RequestOutcome::throttled);
}

TEST(RequestOutcome, OfNoAnswerIsUnreachableWhereTheAuthorityWasNotReached) {
  for (const ErrorKind failure : probe_reasons) {
    const bool unreached = failure == ErrorKind::dns || failure == ErrorKind::connect ||
                           failure == ErrorKind::tls || failure == ErrorKind::timeout;
    EXPECT_EQ(outcome_of({.failure = failure}),
              unreached ? RequestOutcome::unreachable : RequestOutcome::answered)
        << to_string(failure);
  }
}

}  // namespace
}  // namespace tenantscope
