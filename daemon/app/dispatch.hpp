// The couriers, one for each sink of the configuration: they come, go and are succeeded at a
// reload. On the loop's thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/courier/courier.hpp"
#include "app/courier/duty.hpp"
#include "app/ledger_thread.hpp"
#include "base/log.hpp"
#include "base/signal.hpp"
#include "domain/settings.hpp"
#include "metrics/instruments.hpp"
#include "sinks/kinds.hpp"

namespace tenantscope {

class Dispatch {
 public:
  Dispatch(boost::asio::any_io_executor loop, SinkNeeds needs, LedgerThread& ledger,
           Instruments& instruments, const Log& log, std::shared_ptr<Duty> duty = Duty::always());

  // Sinks that stay as they are keep their courier.
  void configure(const std::vector<SinkSettings>& sinks);
  bool has(const std::string& sink) const { return couriers_.contains(sink); }

  void wake();    // there may be something new for each
  void reopen();  // the outside may be another one
  void stop();    // no delivery begins any more

  // After stop(): what a receiver is taking shall not come again, if it is quick.
  boost::asio::awaitable<void> ended(Duration patience);
  // Ends the sinks. REQUIRES: the loop runs no more.
  void close();

 private:
  boost::asio::any_io_executor loop_;
  const SinkNeeds needs_;
  LedgerThread& ledger_;
  Instruments& instruments_;
  const Log& log_;
  std::shared_ptr<Duty> duty_;  // all couriers' alike
  Signal all_ended_;
  std::size_t running_ = 0;
  std::map<std::string, std::pair<SinkSettings, std::shared_ptr<Courier>>> couriers_;
  std::map<std::string, std::weak_ptr<Courier>>
      serving_;  // the last one of each sink, which may be ending
};

}  // namespace tenantscope
