#include "system/held_signals.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <optional>

namespace tenantscope {
namespace {

constexpr Duration at_once = Duration::zero();
constexpr Duration long_enough = std::chrono::seconds(30);

class HeldSignalsTest : public testing::Test {
 protected:
  HeldSignalsTest() { ::pthread_sigmask(SIG_SETMASK, nullptr, &before_); }
  ~HeldSignalsTest() override {
    while (held_->stopped_within(at_once) || held_->hung_up())
      ;  // else they would end the process
    held_.reset();
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

  static void send(int signal) { ::kill(::getpid(), signal); }

  bool readable(int descriptor) {
    pollfd asked{.fd = descriptor, .events = POLLIN, .revents = 0};
    return ::poll(&asked, 1, 0) == 1;
  }

  sigset_t before_{};
  std::optional<HeldSignals> held_{std::in_place};
};

TEST_F(HeldSignalsTest, WaitUntilTheyAreTakenOnce) {
  EXPECT_FALSE(held_->stopped_within(at_once));
  EXPECT_FALSE(held_->hung_up());
  send(SIGHUP);
  EXPECT_FALSE(held_->stopped_within(at_once));
  EXPECT_TRUE(held_->hung_up());
  EXPECT_FALSE(held_->hung_up());
  for (const int stop : {SIGTERM, SIGINT}) {
    send(stop);
    EXPECT_FALSE(held_->hung_up());
    EXPECT_TRUE(held_->stopped_within(long_enough));
    EXPECT_FALSE(held_->stopped_within(at_once));
  }
}

TEST_F(HeldSignalsTest, AreStillThereWhereWhoSawThemEndedBeforeTakingThem) {
  for (const int signal : {SIGTERM, SIGHUP}) {
    const int first = held_->open_descriptor();
    EXPECT_FALSE(readable(first));
    send(signal);
    EXPECT_TRUE(readable(first));
    ::close(first);

    const int next = held_->open_descriptor();
    EXPECT_TRUE(readable(next));
    EXPECT_TRUE(signal == SIGHUP ? held_->hung_up() : held_->stopped_within(at_once));
    EXPECT_FALSE(readable(next));
    ::close(next);
  }
}

}  // namespace
}  // namespace tenantscope
