// The daemon's own condition: what runs, what it watches, and what is wrong with it.
#pragma once

#include <string>
#include <vector>

#include "app/replica/fleet.hpp"
#include "app/table.hpp"
#include "metrics/instruments.hpp"
#include "web/response.hpp"

namespace tenantscope {

struct DaemonStanding {
  std::vector<std::string> standing_still;  // threads, as Liveness tells of them
  bool ready = false;
  bool joining = false;          // its storage isn't open yet
  const Fleet* fleet = nullptr;  // of a ledger that is shared
};

WebResponse show_status(const Table& table, const Instruments& instruments,
                        const DaemonStanding& standing);

}  // namespace tenantscope
