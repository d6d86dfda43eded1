#include "storage/row_checksum.hpp"

#include <array>
#include <bit>

namespace tenantscope {
namespace {

// What so many zero bytes make of a hash: each only multiplies it.
constexpr auto factors = [] {
  constexpr std::string_view zeros("\0\0\0\0\0\0\0\0", 8);
  std::array<std::uint64_t, 9> made{};
  for (std::size_t count = 0; count < made.size(); ++count)
    made[count] = stable_hash(zeros.substr(0, count), 1);
  return made;
}();

}  // namespace

void RowChecksum::add(std::nullopt_t) { hash_ = stable_hash("n", hash_); }

void RowChecksum::add(std::int64_t value) { add('i', std::uint64_t(value)); }

void RowChecksum::add(double value) { add('r', std::bit_cast<std::uint64_t>(value)); }

void RowChecksum::add(std::string_view text) { add('t', text); }

void RowChecksum::add_bytes(std::string_view bytes) { add('b', bytes); }

void RowChecksum::add(char kind, std::string_view bytes) {
  add(kind, std::uint64_t(bytes.size()));
  hash_ = stable_hash(bytes, hash_);
}

// In eight bytes, the highest first.
void RowChecksum::add(char kind, std::uint64_t number) {
  const int zeros = std::countl_zero(number) / 8;
  hash_ = stable_hash({&kind, 1}, hash_) * factors[std::size_t(zeros)];
  for (int shift = 56 - 8 * zeros; shift >= 0; shift -= 8) {
    const auto byte = char(number >> shift);
    hash_ = stable_hash({&byte, 1}, hash_);
  }
}

}  // namespace tenantscope
