// The configuration in force as YAML, every default filled in: the same again where it is read, but for the secrets, which are masked.
// Pure.
#pragma once

#include <string>
#include <string_view>

#include "core/settings.hpp"

namespace tenantscope {

inline constexpr std::string_view masked_secret = "<secret>";

// Tenants of files, and those that only collaborations name, are among `tenants`.
std::string settings_yaml(const Settings& settings);

}  // namespace tenantscope
