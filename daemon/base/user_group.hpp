// The groups of users that this system has.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace tenantscope {

// By its name, or by its number where no group has that for a name. The system may ask a directory
// on the network for a name that isn't its own, and waits for it as it is configured to.
std::optional<gid_t> group_named(const std::string& name);

}  // namespace tenantscope
