// Reads `tenant_urls`: lists of tenants that are fetched. For config/config_file.
#pragma once

#include <filesystem>
#include <vector>

#include "config/config_reader.hpp"
#include "domain/settings.hpp"

namespace tenantscope {

// Certificates and secrets are relative to `folder`, or handed over by the supervisor.
std::vector<TenantUrl> read_tenant_urls(const YamlNode& list, const std::filesystem::path& folder,
                                        FileFindings& findings, FileFindings& warnings);

}  // namespace tenantscope
