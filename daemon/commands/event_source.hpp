// Where the commands read the journal: in a storage, or of a running daemon.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands/daemon_client.hpp"

namespace tenantscope {

// Some events as they stand in the journal, and where to go on.
struct EventPage {
  std::vector<boost::json::object> events;
  std::uint64_t next = 0;
};

class EventSource {
 public:
  virtual ~EventSource() = default;
  // The events after `after` (without it: from the oldest). With `wait` it waits a while for one
  // where there is none.
  virtual EventPage read(std::optional<std::uint64_t> after, bool wait) = 0;
  // The names of the tenants that are known there.
  virtual std::vector<std::string> tenants() = 0;
};

// The daemon at the place's URL; where it has none, its storage. Both throw FatalError, as
// DaemonClient and open_sqlite_journal() do.
std::unique_ptr<EventSource> open_event_source(const DaemonPlace& place);

}  // namespace tenantscope
