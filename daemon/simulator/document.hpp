// The bodies that Microsoft's authorities answer with: discovery documents of every cloud in both
// forms, and errors. Pure. The whole documents, not only the keys that are read: what reads them
// must find its way as in the real ones.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/guid.hpp"
#include "base/time.hpp"
#include "simulator/scenario.hpp"

namespace tenantscope::simulator {

enum class Form { v1, v2 };

// The names that `cloud` and `hosts` may have: the built-in clouds, and "unrecognised", whose hosts
// belong to none of them.
std::span<const std::string_view> cloud_names();

struct DocumentFacts {
  std::string_view path_id;    // stands in the endpoints: a GUID, or a pseudo tenant's name
  std::string_view issuer_id;  // stands in the issuer: a GUID, or "{tenantid}"
  std::string_view hosts;      // REQUIRES: one of cloud_names()
  const Scope& region_scope;
  const Scope& sub_scope;
};

std::string discovery_document(Form form, const DocumentFacts& facts);

// The answer to a name that isn't known (90002), to the all-zero GUID (900021), and a transient
// error (90033).
std::string tenant_not_found(std::string_view asked, WallTime now);
std::string transient_error(WallTime now);

}  // namespace tenantscope::simulator
