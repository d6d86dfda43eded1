// A tenant as people name it on a command line, in a request, in a list or among a collaboration's
// members: NAME or NAME@CLOUD. The one place that reads these.
//
// An e-mail address counts as its domain, and https://HOST/... as its host: after the last @ a dot
// makes it an address, none a cloud. What stands before an address's @ is kept nowhere, and no
// message says it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"
#include "domain/cloud.hpp"

namespace tenantscope {

struct TenantReference {
  enum class Form : std::uint8_t { name, email, url };

  std::string name;                  // canonical
  std::optional<std::string> cloud;  // nothing: not said
  Form form = Form::name;            // as it was written

  // As it was written, but canonical.
  std::string shown() const { return cloud ? name + "@" + *cloud : name; }
};

struct NameRefusal {
  std::string about;  // what of the text may be shown: in quotes, or in words
  std::string why;

  std::string text() const;
};

// Whether the cloud is a known one is the caller's question.
std::variant<TenantReference, NameRefusal> read_tenant_reference(std::string_view text);

// The same; the error says what is wrong with the text.
Result<TenantReference> parse_tenant_reference(std::string_view text);

// Of a reference that a configuration has, where a name alone is wanted: which one to write instead
// of an address or a URL. Nothing: it is a name.
std::optional<std::string> refuse_form(const TenantReference& reference);

// "unknown cloud `NAME`", with the one that may be meant or all there are.
std::string unknown_cloud(const Clouds& clouds, std::string_view name);

// What names are searched for: in lower case, of an e-mail address its domain.
std::string name_needle(std::string_view written);

}  // namespace tenantscope
