// NAME or NAME@CLOUD: a tenant as people name it on a command line, in a request or among a
// collaboration's members.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tenantscope {

struct TenantReference {
  std::string name;                  // canonical
  std::optional<std::string> cloud;  // nothing: not said

  // As it was written, but canonical.
  std::string shown() const { return cloud ? name + "@" + *cloud : name; }
};

// Whether the cloud is a known one is the caller's question. Error: what is wrong, with the text.
Result<TenantReference> parse_tenant_reference(std::string_view text);

}  // namespace tenantscope
