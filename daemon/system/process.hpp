// What the kernel says of this process, for the process_* metrics.
#pragma once

#include "formats/exposition.hpp"

namespace tenantscope {

ProcessStats read_process_stats();

}  // namespace tenantscope
