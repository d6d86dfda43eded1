#include "base/text/http_date.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

TEST(RetryAfter, IsSecondsOrADateInOneOfThreeForms) {
  const WallTime now = *parse_rfc3339("1994-11-06T08:49:30Z");
  struct Case {
    std::string text;
    std::optional<Duration> wait;
  };
  const std::vector<Case> cases{
      {"0", 0s},
      {"60", 60s},
      {"00120", 120s},
      {"99999999999999999999", std::chrono::hours(24) * 36500},
      {"Sun, 06 Nov 1994 08:49:37 GMT", 7s},
      {"Sunday, 06-Nov-94 08:49:37 GMT", 7s},
      {"Sun Nov  6 08:49:37 1994", 7s},
      {"Sun, 06 Nov 1994 08:49:00 GMT", 0s},  // past
      {"", std::nullopt},
      {"-1", std::nullopt},
      {"1.5", std::nullopt},
      {"60s", std::nullopt},
      {" 60", std::nullopt},
      {"Sun, 06 Nov 1994 08:49:37", std::nullopt},
      {"Sun, 06 Nov 1994 08:49:37 GMT now", std::nullopt},
      {"soon", std::nullopt},
  };
  for (const auto& [text, wait] : cases)
    EXPECT_EQ(parse_retry_after(text, now), wait) << "`" << text << "`";
}

}  // namespace
}  // namespace tenantscope
