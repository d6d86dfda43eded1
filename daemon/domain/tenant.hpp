// Who is watched: a tenant's name and the cloud that is asked about it. One name asked in two
// clouds is two tenants.
#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/word.hpp"

namespace tenantscope {

struct TenantKey {
  Word asked;        // a cloud's name
  std::string name;  // a domain (lower case, A-labels) or a GUID (lower case)
  auto operator<=>(const TenantKey&) const = default;
};

std::size_t hash_of(const TenantKey& key);

// "name@asked", as people write it.
std::string to_string(const TenantKey& key);

// Why `name` (lower case, A-labels already) can't be a tenant: a pseudo tenant or a malformed name.
// Nothing: it can.
std::optional<std::string> refuse_tenant_name(std::string_view name);

}  // namespace tenantscope
