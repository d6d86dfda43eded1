#include "storage/postgres/session/pg_rows.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace tenantscope {

std::int64_t PgRow::integer(int column) const {
  const std::string_view bytes = view(column);
  if (bytes.empty())
    return 0;
  std::uint64_t value =
      std::uint64_t(0) - (bytes.size() > 1 && (bytes[0] & 0x80) != 0);  // its sign
  for (const char byte : bytes)
    value = value << 8 | std::uint8_t(byte);
  return std::int64_t(value);
}

Guid PgRow::guid(int column) const {
  Guid guid;
  const std::string_view bytes = view(column);
  std::copy_n(bytes.begin(), std::min(bytes.size(), guid.bytes.size()), guid.bytes.begin());
  return guid;
}

std::uint64_t PgRows::changed() const {
  const char* const text = PQcmdTuples(result_.get());
  std::uint64_t count = 0;
  std::from_chars(text, text + std::strlen(text), count);
  return count;
}

}  // namespace tenantscope
