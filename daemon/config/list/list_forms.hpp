// A list of tenants in any of the forms that it may have: like `tenants`, in YAML or JSON;
// Prometheus' HTTP service discovery (config/list/target_groups); or names alone, one a line or as
// CSV, as `lookup --from=` takes them (config/list/name_list). What it is, its content says: what a
// server calls it isn't kept with it. For config/config_file.
#pragma once

#include <string>

#include "config/tenant_list.hpp"

namespace tenantscope {

// After tenants.begin(). Of a list that isn't read to its end the findings say why.
void read_tenant_list(const std::string& text, TenantList& tenants, FileFindings& findings);

}  // namespace tenantscope
