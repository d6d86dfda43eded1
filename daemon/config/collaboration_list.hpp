// Reads `collaborations:` of the configuration. For config/config_file.
#pragma once

#include <vector>

#include "config/config_reader.hpp"
#include "domain/settings.hpp"

namespace tenantscope {

// A member that is none of `tenants` becomes one, probed as `probe` says. REQUIRES: `tenants` is
// complete otherwise.
std::vector<CollaborationSettings> read_collaborations(const YamlNode& list,
                                                       const ProbeSettings& probe,
                                                       const Clouds& clouds,
                                                       std::vector<TenantSettings>& tenants,
                                                       FileFindings& findings);

}  // namespace tenantscope
