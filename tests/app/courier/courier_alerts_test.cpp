// Alerts are shown again and again, also by the next process, and as resolved for a while after
// their end.
#include <gtest/gtest.h>

#include "app/courier/couriers.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

struct Shown {
  Duration at;  // fast time
  bool firing;
};

struct Script {
  std::shared_ptr<FastTime> time;
  int delivered = 0;
  bool fails = false;
  std::vector<Shown> shown;
};

class AlertSink : public Sink {
 public:
  explicit AlertSink(Script& script) : script_(script) {}
  bool takes_batches() const override { return true; }
  std::optional<Duration> hold() const override { return 10min; }
  boost::asio::awaitable<Delivery> deliver(std::vector<JournalEntry> events) override {
    script_.delivered += int(events.size());
    co_return Delivery();
  }
  boost::asio::awaitable<Delivery> show(std::vector<Alert> alerts) override {
    if (script_.fails)
      co_return Refusal{.error = {ErrorKind::connect, "nobody is there"}};
    for (const Alert& alert : alerts)
      script_.shown.push_back({script_.time->passed(), script_.time->wall() < alert.until});
    co_return Delivery();
  }

 private:
  Script& script_;
};

class CourierAlerts : public CourierInFastTime {
 protected:
  void start_alerts() { start(std::make_unique<AlertSink>(script_)); }
  std::size_t alerts() {
    return ask([](Ledger& ledger) { return ledger.alerts("soc"); }).value().size();
  }

  Script script_{.time = time_, .shown = {}};
};

TEST_F(CourierAlerts, AreShownEvery30SecondsAndAsResolvedFor5Minutes) {
  commit({1});
  start_alerts();
  ASSERT_TRUE(until([&] { return script_.delivered == 1 && alerts() == 1; }));
  ASSERT_TRUE(until([&] { return alerts() == 0; })) << "they are dropped in the end";
  EXPECT_EQ(waiting(), 0u);
  EXPECT_EQ(script_.delivered, 1);
  std::size_t firing = 0;
  for (std::size_t i = 0; i < script_.shown.size(); ++i) {
    firing += script_.shown[i].firing;
    if (i > 0) {
      EXPECT_EQ(script_.shown[i].at - script_.shown[i - 1].at, Duration(30s));
    }
  }
  EXPECT_NEAR(double(firing), 20, 1) << "10 minutes";
  EXPECT_NEAR(double(script_.shown.size() - firing), 10, 2) << "5 minutes";
}

TEST_F(CourierAlerts, AreShownAtOnceByTheNextProcess) {
  commit({1});
  auto raise = [&](Ledger& ledger) {
    return ledger.raise("soc", std::vector<std::uint64_t>{1}, time_->wall() + 1min);
  };
  ASSERT_TRUE(ask(std::move(raise)));
  start_alerts();
  ASSERT_TRUE(until([&] { return !script_.shown.empty(); }));
  EXPECT_EQ(script_.shown.front().at, 0s);
  EXPECT_TRUE(script_.shown.front().firing);
  EXPECT_EQ(script_.delivered, 0) << "it was delivered before";
}

TEST_F(CourierAlerts, OfAClockThatWasAheadEndAfterTheHold) {
  commit({1});
  auto raise = [&](Ledger& ledger) {
    return ledger.raise("soc", std::vector<std::uint64_t>{1}, time_->wall() + 24h * 3652);
  };
  ASSERT_TRUE(ask(std::move(raise)));
  start_alerts();
  ASSERT_TRUE(until([&] { return alerts() == 0; }));
  std::size_t firing = 0;
  for (const Shown& shown : script_.shown)
    firing += shown.firing;
  EXPECT_NEAR(double(firing), 20, 1) << "10 minutes";
  EXPECT_EQ(waiting(), 0u);
}

TEST_F(CourierAlerts, ThatCannotBeShownAreTriedAgain) {
  commit({1});
  start_alerts();
  ASSERT_TRUE(until([&] { return script_.delivered == 1; }));
  script_.fails = true;
  ASSERT_TRUE(until([&] { return failures(ErrorKind::connect) >= 3; }));
  const std::size_t before = script_.shown.size();
  script_.fails = false;
  ASSERT_TRUE(until([&] { return script_.shown.size() > before; }));
}

}  // namespace
}  // namespace tenantscope
