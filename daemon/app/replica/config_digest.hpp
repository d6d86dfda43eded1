// By which the replicas of a ledger see whether they are configured alike.
#pragma once

#include <string>

#include "domain/settings.hpp"

namespace tenantscope {

// Of what they have in common: without `storage` and `replica`; and without tenants where lists of
// them are fetched, which change by themselves. Hex digits. Looks at all tenants.
std::string config_digest(Settings settings);

}  // namespace tenantscope
