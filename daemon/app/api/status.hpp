// The daemon's own condition: what runs, what it watches, and what is wrong with it.
#pragma once

#include <string>
#include <vector>

#include "app/table.hpp"
#include "metrics/instruments.hpp"
#include "web/response.hpp"

namespace tenantscope {

// `standing_still`: threads, as Liveness tells of them.
WebResponse show_status(const Table& table, const Instruments& instruments,
                        const std::vector<std::string>& standing_still, bool ready, bool joining);

}  // namespace tenantscope
