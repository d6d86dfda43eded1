#include "domain/shard.hpp"

#include <charconv>

#include "base/stable_hash.hpp"

namespace tenantscope {
namespace {

std::optional<std::uint32_t> read_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || text.front() == '0' ||
      number > most_shards)
    return std::nullopt;
  return number;
}

}  // namespace

// Of "NAME@ASKED", folded to 32 bits.
bool Shard::has(const TenantKey& tenant) const {
  if (count == 1)
    return true;
  const std::uint64_t hashed =
      stable_hash(tenant.asked, stable_hash("@", stable_hash(tenant.name)));
  return std::uint32_t(hashed ^ (hashed >> 32)) % count == number - 1;
}

std::optional<Shard> parse_shard(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == text.npos)
    return std::nullopt;
  const auto number = read_number(text.substr(0, slash));
  const auto count = read_number(text.substr(slash + 1));
  if (!number || !count || *number > *count)
    return std::nullopt;
  return Shard{*number, *count};
}

}  // namespace tenantscope
