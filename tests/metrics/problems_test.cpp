#include "metrics/problems.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "metrics/instruments.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

constexpr WallTime now{1'800'000'000s};

// "PART NAME: TEXT", a line each.
std::string told(const Instruments& instruments, const Ceilings& ceilings = {}) {
  std::string lines;
  for (const Problem& problem : problems_in(instruments.collect(), now, ceilings))
    lines += fmt::format("{} {}: {}\n", problem.part, problem.name, problem.text);
  return lines;
}

class Problems : public testing::Test {
 protected:
  Problems() {
    instruments.config_last_reload_successful().Set(1);
    instruments.authorities().of("global").up.Set(1);
    instruments.authorities().of("usgov").up.Set(1);
    instruments.sink("soc");
    instruments.set_outbox_oldest("soc", now - 14min);
  }
  Instruments instruments;
};

TEST_F(Problems, AreNoneWhereNothingIsWrong) { EXPECT_EQ(told(instruments), ""); }

TEST_F(Problems, AreToldWithTheirPlace) {
  instruments.config_last_reload_successful().Set(0);
  instruments.authorities().of("usgov").up.Set(0);
  instruments.storage_up().Set(0);
  instruments.storage_damaged_rows().Increment(2);
  instruments.sink("soc").dropped.Increment(3);
  instruments.set_outbox_oldest("soc", now - 16min);
  instruments.sink("soc").outbox_events.Set(4);
  instruments.sink("soc").failures.at(ErrorKind::timeout)->Increment(2);
  EXPECT_EQ(told(instruments),
            "authority usgov: can't be reached: what is shown of its tenants is what was known "
            "before\n"
            "configuration : what was read last was refused, in whole or in part: the last good "
            "one is in force\n"
            "sink soc: its oldest event waits since 2027-01-15T07:44:00.000Z, 4 in all; its "
            "deliveries failed: timeout 2 times\n"
            "sink soc: 3 events were dropped before it took them\n"
            "storage : 2 stored rows were found damaged\n"
            "storage : can't be written: no change is shown or told before it can\n");
}

TEST_F(Problems, TellOfAuthoritiesThatAreAskedLess) {
  const Ceilings ceilings{{"global", 20}, {"usgov", 10}};
  instruments.authorities().of("global").requests_per_second.Set(20);
  instruments.authorities().of("usgov").requests_per_second.Set(2.5);
  EXPECT_EQ(told(instruments, ceilings),
            "authority usgov: asks to be asked less, or was out of reach: 2.5 of 10 requests a "
            "second, rising while it answers\n");
  EXPECT_EQ(told(instruments), "") << "its ceiling isn't known";
  instruments.authorities().of("usgov").up.Set(0);
  EXPECT_EQ(told(instruments, ceilings),
            "authority usgov: can't be reached: what is shown of its tenants is what was known "
            "before\n")
      << "once";
  instruments.authorities().of("usgov").up.Set(1);
  instruments.authorities().of("usgov").requests_per_second.Set(0);
  EXPECT_EQ(told(instruments, ceilings), "") << "it wasn't asked yet";
}

}  // namespace
}  // namespace tenantscope
