// Prometheus' HTTP service discovery as a list of tenants: groups of targets, which are names
// (NAME or NAME@CLOUD), with the labels that they have in common. Those of discovery itself,
// `__meta_...` and all others that begin with `__`, are no labels here.
#pragma once

#include <string_view>

#include "config/tenant_list.hpp"

namespace tenantscope {

inline constexpr std::string_view targets_key = "targets";

// Whether an item of a list is a group, and no tenant.
bool is_target_group(const YamlNode& item);

// False: the list isn't to be read on; the findings say why.
bool read_target_group(const YamlNode& group, TenantList& tenants, FileFindings& findings);

}  // namespace tenantscope
