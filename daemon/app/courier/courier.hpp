// Brings one sink the events of its outbox at least once: an event leaves the outbox only after the
// sink took it, and a tenant's next one is brought only after that. Several tenants' events are
// under way at once where the sink takes them one by one. Begins nothing without the duty to. On
// the loop's thread.
//
// A courier lives as long as the longest of its coroutines: run(), the keeper's and each lane's
// hold it, so that it may be let go of while a delivery is under way. Those that are suspended when
// the loop ends are never resumed: close() ends the sink before, and they are destroyed with the
// loop.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "app/courier/alert_keeper.hpp"
#include "app/courier/duty.hpp"
#include "app/courier/lanes.hpp"
#include "app/courier/sink_outbox.hpp"
#include "app/courier/sink_standing.hpp"
#include "app/ledger_thread.hpp"
#include "base/log.hpp"
#include "base/signal.hpp"
#include "base/timeline.hpp"
#include "metrics/instruments.hpp"
#include "sinks/sink.hpp"

namespace tenantscope {

class Courier : public std::enable_shared_from_this<Courier> {
 public:
  static constexpr std::size_t window = SinkOutbox::window;
  static constexpr std::size_t most_of_family = SinkOutbox::most_of_family;
  static constexpr std::size_t in_flight = Lanes::in_flight;
  static constexpr std::size_t most_refused = SinkStanding::most_refused;

  Courier(boost::asio::any_io_executor loop, std::string sink_name, std::unique_ptr<Sink> sink,
          LedgerThread& ledger, Instruments& instruments, const Log& log,
          std::shared_ptr<Timeline> timeline = std::make_shared<Timeline>(),
          std::shared_ptr<Duty> duty = Duty::always());
  ~Courier();

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
  enum class Stage { serving, stopping, ended };
  // How long a round and its lanes go on: until either changes.
  struct Era {
    std::uint64_t cuts = 0;  // rounds that were cut short: they left events behind that aren't held
    Duty::Term term = Duty::none;
    bool operator==(const Era&) const = default;
  };

  bool stopped() const { return stage_ != Stage::serving; }
  Era era() const { return {cuts_, duty_->term()}; }
  bool goes_on(const Era& begun) const { return !stopped() && duty_->held() && begun == era(); }
  void cut_short() { ++cuts_; }  // no delivery of the round, or of those before, begins any more
  boost::asio::awaitable<void> go_through_outbox();
  void begin_lanes();
  void lane_ended(const TenantKey& whose);
  static boost::asio::awaitable<void> bring_lane(std::shared_ptr<Courier> self, Lanes::Lane lane,
                                                 Era begun);
  boost::asio::awaitable<bool> bring_one(Events events);
  void obey(SinkStanding::Verdict verdict);
  boost::asio::awaitable<void> wait_for_more();
  SteadyTime next_round_begins() const;
  boost::asio::awaitable<void> show_outbox();

  boost::asio::any_io_executor loop_;
  std::unique_ptr<Sink> sink_;  // until close()
  std::shared_ptr<Timeline> timeline_;
  std::shared_ptr<Duty> duty_;
  SinkOutbox outbox_;
  SinkStanding standing_;
  Lanes lanes_;
  std::optional<AlertKeeper> keeper_;  // where the sink has a hold
  Signal news_;       // for run(): to do, to be stopped, a lane or a term has ended
  Signal has_ended_;  // for the successor
  std::uint64_t cuts_ = 0;
  Era begun_;           // when the latest round began
  bool woken_ = false;  // since the round began
  Stage stage_ = Stage::serving;
};

}  // namespace tenantscope
