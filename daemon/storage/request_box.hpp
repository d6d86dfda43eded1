// What standbys ask of the active one of the replicas that share a ledger: a row for each request.
// A standby writes it and takes it away again. The active replica alone carries it out, and once at
// most: it claims the row in its term before it begins, and writes the answer into it. One thread
// at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/guid.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace tenantscope {

struct Request {
  Guid id;
  std::string kind;       // "drill"
  std::string arguments;  // JSON
  std::string asked_by;   // the replica, and by whom it was asked where that is known
};

class RequestBox {
 public:
  // How a request goes.
  struct Standing {
    bool claimed = false;  // the active replica has begun, or is about to
    std::optional<std::string> answer;
  };

  virtual ~RequestBox() = default;

  // A standby's. Nobody begins with it once it has waited for `valid`, by the database's clock.
  // Error of kind connect: it isn't there, and won't be; any other: it may be.
  virtual Result<void> put(const Request& request, Duration valid) = 0;
  virtual Result<Standing> look(const Guid& id) = 0;
  // Takes it away. True: nobody has begun with it, and nobody will.
  virtual Result<bool> withdraw(const Guid& id) = 0;

  // The active replica's. Those that nobody has begun with, the oldest first.
  virtual Result<std::vector<Request>> waiting(std::size_t most) = 0;
  // Before anything is done. False: it isn't wanted any more. Error: it may be claimed for ever,
  // and nobody may begin with it.
  virtual Result<bool> claim(const Guid& id) = 0;
  virtual Result<void> answer(const Guid& id, const std::string& answer) = 0;
  // Those that have waited for a minute longer than they were to, as nobody took them away: how
  // many.
  virtual Result<std::uint64_t> drop_left_over() = 0;
};

}  // namespace tenantscope
