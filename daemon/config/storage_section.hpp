// Reads `storage:` and `replica:`: a ledger that several daemons share, and what this one is called
// there. For config/config_file.
#pragma once

#include "config/http/http_place.hpp"
#include "domain/settings.hpp"

namespace tenantscope {

// `map` is the configuration.
void read_storage(MapReader& map, Settings& settings, const HttpPlace& place);

}  // namespace tenantscope
