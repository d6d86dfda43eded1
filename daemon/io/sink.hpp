// Where events go. A sink takes a batch whole or not at all; what it didn't take is brought again, so it may see an event twice.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <vector>

#include "core/result.hpp"
#include "io/ledger.hpp"

namespace tenantscope {

class Sink {
 public:
  virtual ~Sink() = default;

  // Errors: one of delivery_reasons. REQUIRES: one delivery at a time.
  virtual boost::asio::awaitable<Result<void>> deliver(std::vector<JournalEntry> batch) = 0;

  // The outside may have changed (a rotated file): begin anew with the next delivery.
  virtual void reopen() = 0;
};

}  // namespace tenantscope
