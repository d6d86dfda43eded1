#include "storage/row_checksum.hpp"

#include <array>
#include <bit>

namespace tenantscope {

void RowChecksum::add(std::nullopt_t) { hash_ = stable_hash("n", hash_); }

void RowChecksum::add(std::int64_t value) { add('i', std::uint64_t(value)); }

void RowChecksum::add(double value) { add('r', std::bit_cast<std::uint64_t>(value)); }

void RowChecksum::add(std::string_view text) { add('t', text); }

void RowChecksum::add_bytes(std::string_view bytes) { add('b', bytes); }

void RowChecksum::add(char kind, std::string_view bytes) {
  add(kind, std::uint64_t(bytes.size()));
  hash_ = stable_hash(bytes, hash_);
}

void RowChecksum::add(char kind, std::uint64_t number) {
  std::array<char, 9> written{kind};
  for (std::size_t i = 1; i < written.size(); ++i, number <<= 8)
    written[i] = char(number >> 56);
  hash_ = stable_hash({written.data(), written.size()}, hash_);
}

}  // namespace tenantscope
