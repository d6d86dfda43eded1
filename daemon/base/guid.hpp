// A GUID in 16 bytes: tenant ids, the ledger's own id, and event ids (UUIDv5).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tenantscope {

struct Guid {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const Guid&) const = default;
};

// The 8-4-4-4-12 form, letters in either case; no braces.
std::optional<Guid> parse_guid(std::string_view text);

std::string to_string(const Guid& guid);

// UUIDv5 (RFC 4122): the same name in the same name space gives the same id, everywhere and always.
Guid name_based_guid(const Guid& name_space, std::string_view name);

Guid random_guid();

}  // namespace tenantscope
