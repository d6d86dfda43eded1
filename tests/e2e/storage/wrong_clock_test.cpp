// A machine that starts with its clock years ahead, as one does whose battery is empty: nothing is
// deleted by its age.
#include <gtest/gtest.h>

#include "e2e/receiver.hpp"
#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* ten_years = "CLOCK_AHEAD=315360000";

class WrongClockSlow : public testing::Test {
 protected:
  WrongClockSlow() {
    receiver_.answer(503);
    deployment_.configure(
        configuration(authority_.url(),
                      "tenants: [{name: agency.example}]\nevents: {sinks: [{name: hook, webhook: "
                      "{url: \"" +
                          receiver_.url("/hook") + "\"}}]}\n"));
  }

  // The daemon starts, says that it doesn't believe the clock, and ends.
  void run_ahead() {
    deployment_.launch({}, {"/usr/bin/env", "LD_PRELOAD=" SHIFTED_CLOCK, ten_years});
    Process& process = deployment_.daemon().process();
    process.await_line("nothing is deleted by its age for an hour");
    process.await_line("msg=\"started\"");
    EXPECT_EQ(deployment_.stop(), 0);
    EXPECT_TRUE(lines_with(deployment_.daemon().log(), {"dropped"}).empty())
        << deployment_.daemon().log();
  }

  Simulator authority_{"tenants: [{name: agency.example, region_scope: NA}]"};
  Receiver receiver_;
  Deployment deployment_{""};
};

TEST_F(WrongClockSlow, TakesNoEventFromTheJournalAndTheOutbox) {
  deployment_.start();
  ASSERT_TRUE(eventually([&] { return deployment_.undelivered() == 1; }));
  EXPECT_EQ(deployment_.stop(), 0);
  const std::vector<std::string> journal = deployment_.journal();
  ASSERT_EQ(journal.size(), 1u);

  run_ahead();
  EXPECT_EQ(deployment_.journal(), journal);
  EXPECT_EQ(deployment_.undelivered(), 1);
  // What was stored meanwhile, by the wrong clock, is no reason to believe it.
  authority_.change("agency.example", R"({"region_scope": "EU"})");
  deployment_.launch({}, {"/usr/bin/env", "LD_PRELOAD=" SHIFTED_CLOCK, ten_years});
  ASSERT_TRUE(eventually([&] { return deployment_.journal().size() == 2; }));
  EXPECT_EQ(deployment_.stop(), 0);
  run_ahead();
  EXPECT_EQ(deployment_.journal().size(), 2u);
  EXPECT_EQ(deployment_.undelivered(), 2);

  receiver_.answer(200);
  deployment_.start();
  EXPECT_TRUE(eventually([&] { return deployment_.undelivered() == 0; }));
  EXPECT_EQ(deployment_.stop(), 0);
  EXPECT_TRUE(lines_with(deployment_.daemon().log(), {"clock"}).empty())
      << deployment_.daemon().log();
}

}  // namespace
}  // namespace tenantscope::e2e
