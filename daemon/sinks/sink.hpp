// Where events go. A sink takes a delivery whole or not at all; what it didn't take is brought
// again, so it may see an event twice.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/system/result.hpp>
#include <optional>
#include <stdexcept>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "storage/ledger.hpp"

namespace tenantscope {

// The sink didn't take a delivery.
struct Refusal {
  enum class Advice {
    soon,   // it may go better any moment: back off and try again
    later,  // somebody has to set something right first: try again slowly
    never,  // it wants no more deliveries
  };

  Error error;  // one of delivery_reasons
  Advice advice = Advice::soon;
  std::optional<Duration> retry_after = {};  // it says when it wants to be asked again
};

[[noreturn]] inline void throw_exception_from_error(const Refusal& refusal,
                                                    const boost::source_location&) {
  throw std::logic_error("unchecked refusal: " + refusal.error.detail);
}

using Delivery = boost::system::result<void, Refusal>;

class Sink {
 public:
  virtual ~Sink() = default;

  // Whether a delivery may be of several events; else it is of one, and deliveries of different
  // tenants run side by side.
  virtual bool takes_batches() const = 0;

  // Whether a delivery is of a tenant's event and all those of pairs that it caused, where it takes
  // no batches.
  virtual bool takes_families() const { return false; }

  // In the journal's order. REQUIRES: at least one event. The sink may go away while a delivery is
  // under way.
  virtual boost::asio::awaitable<Delivery> deliver(std::vector<JournalEntry> events) = 0;

  // The outside may have changed (a rotated file): begin anew with the next delivery.
  virtual void reopen() {}

  // For how long an event that was delivered stays an alert, which has to be shown again and again;
  // nothing: it doesn't.
  virtual std::optional<Duration> hold() const { return std::nullopt; }

  // Shows alerts as they are: firing until their end, resolved after that. REQUIRES: hold().
  virtual boost::asio::awaitable<Delivery> show(std::vector<Alert>) { co_return Delivery(); }
};

}  // namespace tenantscope
