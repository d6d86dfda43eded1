#include "formats/page/next_steps.hpp"

#include <gtest/gtest.h>

#include "formats/page/page_samples.hpp"

namespace tenantscope {
namespace {

using samples::usgov;
using samples::watch;

// How many there are, and how the first begins.
std::string steps(const Watch& watched) {
  const std::vector<NextStep> all = next_steps(watched, default_rules, samples::now);
  return fmt::format("{}: {}", all.size(), all.front().text.substr(0, 24));
}

TEST(NextSteps, FollowFromWhatIsKnown) {
  EXPECT_EQ(steps(watch("a.example")), "1: Nothing is known yet: th");
  EXPECT_EQ(steps(watch("a.example", Finding{})), "1: Look whether the name is");
  EXPECT_EQ(steps(watch("a.example", usgov("USG"))), "1: Ask users of it whom you");
  EXPECT_EQ(steps(watch("a.example", usgov("X"))), "1: Microsoft's pages don't ");
  EXPECT_EQ(steps(watch("a.example", usgov("USGov"))), "1: Nothing: B2B works withi");
  Watch vanished = watch("a.example", usgov("USG"));
  vanished.state.found = false;
  EXPECT_EQ(steps(vanished), "1: It was there: ask those ");
}

TEST(NextSteps, BeginWithWhatIsTheMatter) {
  Watch one = watch("a.example", usgov("USG"));
  one.status.failure = ErrorKind::tls;
  EXPECT_EQ(steps(one), "2: It can't be reached: loo");
  EXPECT_EQ(next_steps(one, default_rules, samples::now).front().path,
            "?cloud=global&state=failing");
  for (const ErrorKind reason : probe_reasons) {
    one.status.failure = reason;
    EXPECT_GT(next_steps(one, default_rules, samples::now).front().text.size(), 60u)
        << to_string(reason);
  }
  one.status.failure.reset();
  one.state.last_success = samples::now - std::chrono::hours(2);
  EXPECT_EQ(steps(one), "2: It wasn't asked for long");
  one.state.last_success = samples::now;
  settings_of(one).expect.b2b = B2b::supported;
  EXPECT_EQ(steps(one), "2: It isn't as the configur");
  settings_of(one).expect.b2b.reset();
  one.state.pending = Pending{usgov("USGov"), 1, samples::now, {}};
  EXPECT_EQ(steps(one), "2: Something else was seen ");
}

}  // namespace
}  // namespace tenantscope
