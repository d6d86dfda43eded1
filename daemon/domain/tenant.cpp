#include "domain/tenant.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include <fmt/format.h>

#include "base/guid.hpp"

namespace tenantscope {
namespace {

constexpr std::array<std::string_view, 4> pseudo_tenants{"common", "organizations", "consumers",
                                                         "9188040d-6c67-4c5b-b112-36a304b66dad"};

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

std::optional<std::string> refuse_label(std::string_view label) {
  if (label.empty())
    return "a domain has no empty labels";
  if (label.size() > 63)
    return fmt::format("the label `{}...` is longer than 63 characters", label.substr(0, 20));
  if (label.front() == '-' || label.back() == '-')
    return fmt::format("the label `{}` begins or ends with a hyphen", label);
  for (char c : label)
    if (!is_letter_or_digit(c) && c != '-')
      return "a domain is made of letters, digits, hyphens and dots";
  return std::nullopt;
}

}  // namespace

std::size_t hash_of(const TenantKey& key) {
  return std::hash<std::string>()(key.name) * 31 + std::hash<std::string>()(key.asked);
}

std::string to_string(const TenantKey& key) { return key.name + "@" + key.asked.text(); }

std::optional<std::string> refuse_tenant_name(std::string_view name) {
  if (std::ranges::find(pseudo_tenants, name) != pseudo_tenants.end())
    return "a pseudo tenant, which stands for no single tenant";
  if (parse_guid(name))
    return std::nullopt;
  if (name.empty())
    return "empty";
  if (name.size() > 253)
    return "longer than 253 characters";

  std::string_view label;
  for (std::string_view rest = name;;) {
    const auto dot = rest.find('.');
    label = rest.substr(0, dot);
    if (auto refusal = refuse_label(label))
      return refusal;
    if (dot == std::string_view::npos)
      break;
    rest.remove_prefix(dot + 1);
  }
  if (label.size() == name.size())
    return "neither a GUID nor a domain with a dot in it";
  if (std::ranges::all_of(label, [](char c) { return c >= '0' && c <= '9'; }))
    return "an address, not a domain";
  return std::nullopt;
}

}  // namespace tenantscope
