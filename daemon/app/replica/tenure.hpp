// The time in which this daemon is the active one of those that share its ledger: what its
// membership tells reaches the ledger's thread, the couriers' duty and the metrics. A daemon that
// has its ledger for itself has that time without an end. On the loop's thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app/courier/duty.hpp"
#include "app/ledger_thread.hpp"
#include "app/replica/fleet.hpp"
#include "app/replica/membership.hpp"
#include "app/watcher.hpp"
#include "base/log.hpp"
#include "metrics/instruments.hpp"

namespace tenantscope {

class Tenure {
 public:
  struct Parts {
    boost::asio::any_io_executor loop;
    LedgerThread& ledger;
    Watcher& watcher;
    Instruments& instruments;
    const Log& log;
    std::function<void(const Error& why)> over;  // once; another one may be active
  };

  // Both nullptr where the ledger isn't shared. The membership is left as this goes: it has to
  // outlive the ledger.
  Tenure(std::unique_ptr<Membership> membership, std::shared_ptr<Fleet> fleet);

  const std::shared_ptr<Duty>& duty() const { return duty_; }
  bool shared() const { return membership_ != nullptr; }
  const std::shared_ptr<Fleet>& fleet() const { return fleet_; }  // nullptr: it isn't

  // REQUIRES: the parts live until end(), and the loop doesn't run after it.
  void begin(Parts parts);
  void end();

  // What others are to know of it: its configuration's digest, and that it is about to end.
  void configured(const std::string& digest);
  void drain();
  void lose_duty() { duty_->lose(); }

 private:
  void take_duty(std::chrono::nanoseconds until, bool news);
  void fall_silent(const Error& why);
  boost::asio::awaitable<void> note_end_of_lease();

  const std::unique_ptr<Membership> membership_;
  const std::shared_ptr<Fleet> fleet_;
  const std::shared_ptr<Duty> duty_;
  std::optional<Parts> parts_;
  bool silent_ = false;  // the ledger's server
};

}  // namespace tenantscope
