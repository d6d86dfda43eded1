// What the ledger keeps for one sink: its outbox, and its alerts where it has a hold. Says once
// that the ledger fails at something, and that it doesn't any more. On the loop's thread. Its
// coroutines refer to it: whoever awaits one keeps it alive.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/ledger_thread.hpp"
#include "base/log.hpp"
#include "base/timeline.hpp"
#include "metrics/instruments.hpp"

namespace tenantscope {

class SinkOutbox {
 public:
  using Events = std::vector<JournalEntry>;
  static constexpr std::size_t window = 100;           // events that are looked at together
  static constexpr std::size_t most_of_family = 1600;  // that are, so that they go as one

  struct Page {
    Events events;
    bool last = false;  // the outbox had no more
  };

  // `families`: they are told as one. `hold`: how long an event stays an alert; nothing: it is
  // none.
  SinkOutbox(std::string sink_name, bool families, std::optional<Duration> hold,
             LedgerThread& ledger, Instruments& instruments, const Log& log,
             std::shared_ptr<const Timeline> timeline);

  // The oldest events with sequence > after.
  boost::asio::awaitable<Result<Page>> read(std::uint64_t after);
  // The sink took them: they leave the outbox, as alerts where there is a hold.
  boost::asio::awaitable<Result<void>> settle(const Events& events);

  boost::asio::awaitable<Result<std::vector<Alert>>> alerts();
  // Ends alerts at `until`, which was later.
  boost::asio::awaitable<void> shorten(std::vector<std::uint64_t> sequences, WallTime until);
  boost::asio::awaitable<void> drop_alerts(WallTime ended_before);

  // What waits, for the metrics: counted, and then shown unless the sink has gone meanwhile.
  boost::asio::awaitable<Result<OutboxStatus>> count();
  void show(const OutboxStatus& status);
  void outdate_count() { count_is_old_ = true; }  // until the next count()
  bool count_is_old() const { return count_is_old_; }

 private:
  void note_asked(std::string_view what, const std::optional<Error>& error);

  const std::string sink_name_;
  const bool families_;
  const std::optional<Duration> hold_;
  LedgerThread& ledger_;
  Instruments& instruments_;
  const Log& log_;
  std::shared_ptr<const Timeline> timeline_;
  std::set<std::string_view> unanswered_;  // what the ledger failed to do when it was asked last
  bool count_is_old_ = false;
};

}  // namespace tenantscope
