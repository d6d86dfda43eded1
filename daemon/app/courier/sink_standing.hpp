// How a sink stands: whether it fails, rests or is paused, and whose events are held. It hears how
// each delivery went and says what becomes of the round; it counts and logs what is new. Pure of
// coroutines: time is the Timeline's. On the loop's thread.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/timeline.hpp"
#include "domain/schedule/backoff.hpp"
#include "metrics/instruments.hpp"
#include "sinks/sink.hpp"

namespace tenantscope {

class SinkStanding {
 public:
  using Events = std::vector<JournalEntry>;
  static constexpr std::size_t most_refused =
      8;  // in a row, of different tenants; then the whole sink is left alone for a while

  // What becomes of the round.
  enum class Verdict {
    go_on,
    begin_anew,  // it ends, and the next one begins at the oldest event, after the rest
  };

  // `most_together`: events of a delivery; 1: the sink takes no batches.
  SinkStanding(std::string sink_name, std::size_t most_together, Instruments& instruments,
               const Log& log, std::shared_ptr<const Timeline> timeline);

  // Tenants that were held long enough are tried again, but only after a round that came through to
  // the end: else the same ones would keep all others out.
  void begin_round(bool last_came_through);

  void taken(const Events& events);
  [[nodiscard]] Verdict refused(const Events& events, const Refusal& refusal);
  // The ledger was told of a delivery that was taken.
  [[nodiscard]] Verdict settled(const Result<void>& settled);
  [[nodiscard]] Verdict outbox_unread();  // the ledger couldn't give it
  void shown(const Delivery& shown);      // alerts

  // The outside may be another one: no rest, no pause, nobody held.
  void reopen();

  bool resting() const { return paused_ || timeline_->now() < rests_until_; }
  SteadyTime rests_until() const { return paused_ ? SteadyTime::max() : rests_until_; }
  bool holds(const TenantKey& tenant) const { return held_.contains(tenant); }
  // The end of the first hold; the end of time where nobody is held.
  SteadyTime first_hold_ends() const;
  // Events of the next delivery: fewer while a batch was refused, to find the event that is.
  std::size_t batch_limit() const { return batch_limit_; }

 private:
  Verdict hold_back(const Events& events, const Refusal& refusal);
  void rest(Duration pause);

  const std::string sink_name_;
  const std::size_t most_together_;
  Instruments& instruments_;
  const Log& log_;
  std::shared_ptr<const Timeline> timeline_;
  std::minstd_rand random_{std::random_device()()};

  Backoff backoff_;
  std::optional<Refusal::Advice> failing_;
  bool show_failing_ = false;
  bool unsettled_ = false;  // the outbox couldn't be told of the last delivery
  bool paused_ = false;     // the sink wants nothing more
  SteadyTime rests_until_;
  std::map<TenantKey, SteadyTime>
      held_;  // tenants whose next event was refused, and until when it isn't tried again
  std::size_t refused_in_a_row_ = 0;
  std::size_t batch_limit_;
};

}  // namespace tenantscope
