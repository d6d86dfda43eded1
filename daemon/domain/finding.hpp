// What a valid answer shows of a tenant: found, with its scope and identity, or not found in the
// cloud that was asked.
#pragma once

#include <string>
#include <string_view>

#include "base/guid.hpp"
#include "base/word.hpp"

namespace tenantscope {

struct Finding {
  bool found = false;
  // The cloud the document shows; "usgov" for scope USG or USGov whatever its hosts; "": no known
  // one.
  Word cloud;
  Guid tenant_id;
  Word region_scope;  // raw; "": a document without one
  Word sub_scope;     // raw; "": none
};

// Trimmed and in lower case: how scopes are compared.
std::string normalized(std::string_view scope);

// The same finding as far as changes are concerned: scopes compared normalized.
bool equivalent(const Finding& a, const Finding& b);

// The same tenant in the same cloud, whatever its scopes are.
bool same_tenant(const Finding& a, const Finding& b);

// "CLOUD/GUID"; an unrecognised cloud is written "unknown".
std::string identity(const Finding& finding);

}  // namespace tenantscope
