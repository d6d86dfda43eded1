// What is done now and then: the last successes are saved, what is older than the retention goes,
// and the storage is looked after, whether it still is where it was. On the loop's thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <optional>

#include "app/dispatch.hpp"
#include "app/ledger_thread.hpp"
#include "app/watcher.hpp"
#include "base/log.hpp"
#include "domain/clock_doubt.hpp"
#include "domain/settings.hpp"
#include "metrics/instruments.hpp"

namespace tenantscope {

class Housekeeping {
 public:
  Housekeeping(boost::asio::any_io_executor loop, LedgerThread& ledger, Watcher& watcher,
               const Dispatch& dispatch, Instruments& instruments, const Log& log);

  void configure(const EventSettings& events);
  // Until the loop ends; applies the retention first. `believed`: as ClockDoubt wants it.
  boost::asio::awaitable<void> run(std::optional<WallTime> believed);
  // Until the loop ends. `changed`: the ledger isn't `known` any more, as its server went back.
  boost::asio::awaitable<void> watch_storage(Guid known, std::function<void()> changed);
  // As many as the storage takes; then `done`, on any thread, which calls nothing of the ledger's.
  void save(const std::function<void()>& done = {});

 private:
  boost::asio::awaitable<void> save_and_trim();
  bool clock_is_doubted();
  boost::asio::awaitable<void> expire();

  boost::asio::any_io_executor loop_;
  LedgerThread& ledger_;
  Watcher& watcher_;
  const Dispatch& dispatch_;
  Instruments& instruments_;
  const Log& log_;
  Duration retention_{};
  std::uint64_t retention_events_ = 0;
  std::optional<ClockDoubt> doubt_;  // once it runs
  bool doubted_ = false;
};

}  // namespace tenantscope
