#include "storage/row_checksum.hpp"

#include <bit>

#include "base/digest.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t usual_length = 320;

}  // namespace

RowChecksum::RowChecksum() { bytes_.reserve(usual_length); }

void RowChecksum::add(std::nullopt_t) { bytes_ += 'n'; }

void RowChecksum::add(std::int64_t value) { add('i', std::uint64_t(value)); }

void RowChecksum::add(double value) { add('r', std::bit_cast<std::uint64_t>(value)); }

void RowChecksum::add(std::string_view text) { add('t', text); }

void RowChecksum::add_bytes(std::string_view bytes) { add('b', bytes); }

void RowChecksum::add(char kind, std::string_view bytes) {
  add(kind, std::uint64_t(bytes.size()));
  bytes_ += bytes;
}

void RowChecksum::add(char kind, std::uint64_t number) {
  bytes_ += kind;
  for (int shift = 56; shift >= 0; shift -= 8)
    bytes_ += char(number >> shift);
}

std::int64_t RowChecksum::value() const {
  std::uint64_t first = 0;
  for (const unsigned char byte : sha256(bytes_).substr(0, 8))
    first = first << 8 | byte;
  return std::int64_t(first);
}

}  // namespace tenantscope
