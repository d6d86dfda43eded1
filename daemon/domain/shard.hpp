// A part of all tenants, chosen by a hash that is the same in every process and version: who splits
// a daemon's tenants over several targets keeps the series of each where they are. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "domain/tenant.hpp"

namespace tenantscope {

struct Shard {
  std::uint32_t number = 1;  // from 1 to `count`
  std::uint32_t count = 1;

  bool has(const TenantKey& tenant) const;
  bool operator==(const Shard&) const = default;
};

inline constexpr std::uint32_t most_shards = 1000;

// "1/4". Nothing: it is none.
std::optional<Shard> parse_shard(std::string_view text);

}  // namespace tenantscope
