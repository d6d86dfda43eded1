#include "config/tenant_reference.hpp"

#include <fmt/format.h>

#include "base/text/quotation.hpp"
#include "config/tenant_name.hpp"

namespace tenantscope {

Result<TenantReference> parse_tenant_reference(std::string_view text) {
  const auto at = text.rfind('@');
  TenantReference reference;
  if (at != std::string_view::npos) {
    reference.cloud = text.substr(at + 1);
    if (reference.cloud->empty())
      return Error{ErrorKind::other, fmt::format("{}: no cloud after the @", quote(text))};
  }
  Result<std::string> name = read_tenant_name(text.substr(0, at));
  if (!name)
    return name.error();
  reference.name = std::move(*name);
  return reference;
}

}  // namespace tenantscope
