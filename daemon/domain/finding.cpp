#include "domain/finding.hpp"

#include "base/text/ascii.hpp"

namespace tenantscope {

std::string normalized(std::string_view scope) { return lower(trimmed(scope)); }

bool equivalent(const Finding& a, const Finding& b) {
  if (a.found != b.found)
    return false;
  return !a.found ||
         (same_tenant(a, b) && normalized(a.region_scope) == normalized(b.region_scope) &&
          normalized(a.sub_scope) == normalized(b.sub_scope));
}

bool same_tenant(const Finding& a, const Finding& b) {
  return a.cloud == b.cloud && a.tenant_id == b.tenant_id;
}

std::string identity(const Finding& finding) {
  return (finding.cloud.empty() ? "unknown" : finding.cloud.text()) + "/" +
         to_string(finding.tenant_id);
}

}  // namespace tenantscope
