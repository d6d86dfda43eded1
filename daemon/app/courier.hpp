// Brings one sink the events of its outbox, in the journal's order and at least once: an event leaves the outbox only after the
// sink took it. On the loop's thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>

#include "app/ledger_thread.hpp"
#include "io/log.hpp"
#include "io/sink.hpp"
#include "view/instruments.hpp"

namespace tenantscope {

class Courier {
 public:
  Courier(const boost::asio::any_io_executor& loop, std::string sink_name, std::unique_ptr<Sink> sink, LedgerThread& ledger,
          Instruments& instruments, const Log& log);

  // Delivers until the loop ends or stop() was called. `self` keeps the courier alive that long.
  static boost::asio::awaitable<void> run(std::shared_ptr<Courier> self);

  void wake();  // there may be something new
  void reopen();
  void stop();

 private:
  boost::asio::awaitable<bool> deliver_some();
  void note(const Result<void>& delivered, std::size_t events);
  boost::asio::awaitable<void> wait(SteadyTime until);
  boost::asio::awaitable<void> show_outbox();

  std::string sink_name_;
  std::unique_ptr<Sink> sink_;
  LedgerThread& ledger_;
  Instruments& instruments_;
  const Log& log_;
  boost::asio::steady_timer timer_;
  int failures_in_a_row_ = 0;
  bool woken_ = false;
  bool stopped_ = false;
};

}  // namespace tenantscope
