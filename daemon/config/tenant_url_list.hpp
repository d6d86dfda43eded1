// Reads `tenant_urls`: lists of tenants that are fetched. For config/config_file.
#pragma once

#include <vector>

#include "config/config_reader.hpp"
#include "domain/settings.hpp"

namespace tenantscope {

std::vector<TenantUrl> read_tenant_urls(const YamlNode& list, FileFindings& findings);

}  // namespace tenantscope
