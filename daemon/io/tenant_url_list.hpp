// Reads `tenant_urls`: lists of tenants that are fetched. For io/config_file.
#pragma once

#include <vector>

#include "core/settings.hpp"
#include "io/config_reader.hpp"

namespace tenantscope {

std::vector<TenantUrl> read_tenant_urls(const YamlNode& list, FileFindings& findings);

}  // namespace tenantscope
