// From an authority's answer to a Finding, or to the reason why the answer says nothing. Pure; safe
// on hostile input.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "domain/cloud.hpp"
#include "domain/finding.hpp"
#include "domain/tenant.hpp"

namespace tenantscope {

inline constexpr std::size_t document_limit = 256 * kib;  // what is read of an answer's body

// The keys that are read, and no others; a key that is absent or null is nullopt.
struct DiscoveryDocument {
  std::optional<std::string> issuer;
  std::optional<std::string> token_endpoint;
  std::optional<std::string> msgraph_host;
  std::optional<std::string> tenant_region_scope;
  std::optional<std::string> tenant_region_sub_scope;
};

struct Answer {
  int status = 0;
  bool encoded = false;           // by a Content-Encoding other than identity
  bool truncated = false;         // the body was over document_limit
  std::string_view content_type;  // these two raw, or empty
  std::string_view location;
  std::string_view body;
};

// Errors: not_json, bad_document (no object, a wrong type, a duplicate of a key that is read).
Result<DiscoveryDocument> parse_discovery(std::string_view body);

// Errors: bad_document (a pseudo tenant, no tenant at all, or a scope that isn't visible).
Result<Finding> read_document(const DiscoveryDocument& document, const Clouds& clouds);

// The whole judgement of an answer. 200: a document; 400 with `invalid_tenant`: not found; anything
// else is an error, whose detail has what the answer says, of any length and with any characters.
Result<Finding> read_answer(const Answer& answer, const Clouds& clouds);

// "<authority>/<name>/v2.0/.well-known/openid-configuration"
std::string discovery_url(const Cloud& cloud, std::string_view tenant_name);

}  // namespace tenantscope
