#include "commands/asking.hpp"

#include <gtest/gtest.h>

#include "domain/schedule/limiter.hpp"
#include "support/loopback_authority.hpp"

namespace tenantscope {
namespace {

class AskingTest : public ::testing::Test {
 protected:
  // Each of them answered so. What it was asked, and what came of it.
  std::vector<Lookup> ask_many(int count, const std::string& answer) {
    std::vector<Lookup> lookups;
    for (int i = 0; i < count; ++i) {
      lookups.push_back({.key = {.asked = "global", .name = fmt::format("t{}.example", i)}});
      authority_.show(lookups.back().key.name, answer);
    }
    Settings settings{.clouds = authority_.clouds()};
    ask(lookups, settings, std::chrono::seconds(50));
    return lookups;
  }
  // How many were asked of the authority, and failed for that reason.
  int failed(const std::vector<Lookup>& lookups, ErrorKind reason) const {
    int count = 0;
    for (const Lookup& lookup : lookups) {
      const Result<Finding>& finding = lookup.result.observation.finding;
      count += authority_.asked(lookup.key.name) == 1 && !finding && finding.error().kind == reason;
    }
    return count;
  }

  LoopbackAuthority authority_;
};

TEST_F(AskingTest, AnAnswerThatIsOfNoUseIsAnAnswerAllTheSame) {
  EXPECT_EQ(failed(ask_many(20, too_long_headers()), ErrorKind::too_large), 20);
}

TEST_F(AskingTest, ACloudThatCannotBeReachedIsGivenUp) {
  const int asked = failed(ask_many(30, "SSH-2.0-none\r\n\r\n"), ErrorKind::connect);
  EXPECT_GE(asked, Limiter::open_after);
  EXPECT_LT(asked, 30);
}

}  // namespace
}  // namespace tenantscope
