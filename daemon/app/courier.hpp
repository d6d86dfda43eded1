// Brings one sink the events of its outbox at least once: an event leaves the outbox only after the
// sink took it, and a tenant's next one is brought only after that. Several tenants' events are
// under way at once where the sink takes them one by one. On the loop's thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/ledger_thread.hpp"
#include "base/log.hpp"
#include "base/timeline.hpp"
#include "domain/schedule/backoff.hpp"
#include "metrics/instruments.hpp"
#include "sinks/sink.hpp"

namespace tenantscope {

class Courier : public std::enable_shared_from_this<Courier> {
 public:
  static constexpr std::size_t window = 100;           // events that are looked at together
  static constexpr std::size_t most_of_family = 1600;  // that are, so that they go as one
  static constexpr std::size_t in_flight = 8;          // deliveries at once
  static constexpr std::size_t most_refused =
      8;  // in a row, of different tenants; then the whole sink is left alone for a while

  Courier(boost::asio::any_io_executor loop, std::string sink_name, std::unique_ptr<Sink> sink,
          LedgerThread& ledger, Instruments& instruments, const Log& log,
          std::shared_ptr<Timeline> timeline = std::make_shared<Timeline>());

  // Delivers until the loop ends or stop() was called. `self` keeps the courier alive that long.
  // Begins once `before`, which served the sink until now, has ended: two at once would bring the
  // same events.
  static boost::asio::awaitable<void> run(std::shared_ptr<Courier> self,
                                          std::shared_ptr<Courier> before = {});

  void wake();    // there may be something new
  void reopen();  // the outside may be another one: whatever was refused is tried again at once
  void stop();    // begins no delivery any more; run() ends with those under way
  // Ends the sink, with what it was writing: nothing may come back to a loop that is gone.
  // REQUIRES: stopped.
  void close();

 private:
  using Events = std::vector<JournalEntry>;
  struct Lane {
    TenantKey whose;  // nobody's where the sink takes batches: all go through one lane
    std::deque<Events> deliveries;  // each after the one before
  };

  struct Page {
    Events events;
    bool last = false;  // the outbox had no more
  };

  boost::asio::awaitable<void> go_through_outbox();
  boost::asio::awaitable<Result<Page>> read_outbox(std::uint64_t after);
  Events& place_in(std::deque<Events>& deliveries, const JournalEntry& event) const;
  bool queue(Events events, const std::set<TenantKey>& busy);
  std::size_t most_lanes() const;
  void begin_lanes();
  void lane_ended(const TenantKey& whose);
  static boost::asio::awaitable<void> bring_lane(std::shared_ptr<Courier> self, Lane lane);
  boost::asio::awaitable<bool> bring_one(Events events);
  boost::asio::awaitable<Result<void>> settle(const Events& events);

  void note_taken(const Events& events);
  void note_refused(const Events& events, const Refusal& refusal);
  void note_settled(const Result<void>& settled);
  void note_asked(std::string_view what, const std::optional<Error>& error);
  void hold_back(const Events& events, const Refusal& refusal);
  void rest(Duration pause);
  void begin_anew() { cut_short_ = true; }  // the next round, at the oldest event
  bool resting() const { return paused_ || timeline_->now() < rests_until_; }
  boost::asio::awaitable<void> wait_for_more();
  boost::asio::awaitable<void> show_outbox();
  std::vector<std::uint64_t> shorten(std::vector<Alert>& alerts) const;
  static boost::asio::awaitable<void> keep_showing(std::shared_ptr<Courier> self);

  boost::asio::any_io_executor loop_;
  std::string sink_name_;
  std::unique_ptr<Sink> sink_;  // until close()
  bool batches_;
  bool families_;
  std::optional<Duration> hold_;
  LedgerThread& ledger_;
  Instruments& instruments_;
  const Log& log_;
  std::shared_ptr<Timeline> timeline_;
  Signal more_;  // to do: see wait_for_more()
  Signal room_;  // a delivery has ended
  Signal stops_showing_;
  Signal has_ended_;
  std::minstd_rand random_{std::random_device()()};

  Backoff backoff_;
  std::optional<Refusal::Advice> failing_;
  bool show_failing_ = false;
  bool unsettled_ = false;                 // the outbox couldn't be told of the last delivery
  std::set<std::string_view> unanswered_;  // what the ledger failed to do when it was asked last
  bool paused_ = false;                    // the sink wants nothing more
  SteadyTime rests_until_;
  std::map<TenantKey, SteadyTime>
      held_;  // tenants whose next event was refused, and until when it isn't tried again
  std::size_t refused_in_a_row_ = 0;
  std::size_t batch_limit_ =
      window;                        // smaller while a batch was refused, to find the event that is
  bool cut_short_ = false;           // the round left events behind that aren't held
  std::deque<Lane> lanes_;           // that wait for room
  std::set<TenantKey> under_way_;    // whose lanes those are that run
  std::set<TenantKey> passed_over_;  // by this round, because they were under way
  bool taken_from_ = false;          // the outbox holds less than is shown
  bool woken_ = false;
  bool stopped_ = false;
  bool ended_ = false;
};

}  // namespace tenantscope
