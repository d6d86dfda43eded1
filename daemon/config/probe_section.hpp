// Reads `probe:`: how often and how patiently tenants are asked. For config/config_file, and for
// each tenant in config/tenant_list.
#pragma once

#include "config/config_reader.hpp"
#include "domain/settings.hpp"

namespace tenantscope {

// The keys of `probe:`, which every tenant may have as well; `stale_after` follows the interval
// until somebody states it.
struct ProbeKeys {
  ProbeSettings probe;
  bool stale_after_stated = false;

  void read(MapReader& map);
};

}  // namespace tenantscope
