#include "domain/finding.hpp"

#include <algorithm>

namespace tenantscope {

std::string normalized(std::string_view scope) {
  constexpr std::string_view blanks = " \t\r\n\v\f";
  const auto first = scope.find_first_not_of(blanks);
  if (first == std::string_view::npos)
    return {};
  std::string text(scope.substr(first, scope.find_last_not_of(blanks) - first + 1));
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  return text;
}

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
