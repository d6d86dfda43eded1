// International domain names: from what people type to lower-case A-labels (libidn2).
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tenantscope {

// "Bücher.example" -> "xn--bcher-kva.example"; ASCII is only lower-cased. Error: what is wrong with
// the name.
Result<std::string> to_ascii_name(std::string_view name);

// A domain or GUID as people write it, made canonical and checked: lower case, A-labels, without
// the root's dot at its end, no pseudo tenant, not malformed. Error: why it can't be a tenant,
// without the text. What else stands for a tenant is config/tenant_reference's.
Result<std::string> read_tenant_name(std::string_view text);

}  // namespace tenantscope
