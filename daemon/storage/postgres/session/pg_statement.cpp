#include "storage/postgres/session/pg_statement.hpp"

#include <algorithm>
#include <limits>

namespace tenantscope {
namespace {

// Of PostgreSQL's catalogue, which never changes these.
constexpr std::uint32_t boolean = 16, bytea = 17, bigint = 20, text = 25, uuid = 2950;

template <class Number>
void append(std::string& bytes, Number number) {
  for (int shift = 8 * (int(sizeof number) - 1); shift >= 0; shift -= 8)
    bytes += char(number >> shift);
}

}  // namespace

std::uint32_t pg_type(const std::string*) { return text; }
std::uint32_t pg_type(const std::int64_t*) { return bigint; }
std::uint32_t pg_type(const std::uint64_t*) { return bigint; }
std::uint32_t pg_type(const bool*) { return boolean; }
std::uint32_t pg_type(const WallTime*) { return bigint; }
std::uint32_t pg_type(const Guid*) { return uuid; }
std::uint32_t pg_type(const PgBytes*) { return bytea; }

std::uint32_t pg_array_type(std::uint32_t type) {
  switch (type) {
    case boolean:
      return 1000;
    case bytea:
      return 1001;
    case bigint:
      return 1016;
    case uuid:
      return 2951;
    default:
      return 1009;  // of text
  }
}

std::optional<std::string> pg_written(const std::string& value) { return value; }

std::optional<std::string> pg_written(std::int64_t value) {
  std::string bytes;
  append(bytes, std::uint64_t(value));
  return bytes;
}

std::optional<std::string> pg_written(std::uint64_t value) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  return pg_written(std::int64_t(std::min(value, std::uint64_t(most))));
}

std::optional<std::string> pg_written(bool value) { return std::string(1, value ? '\1' : '\0'); }

std::optional<std::string> pg_written(WallTime value) {
  return pg_written(std::int64_t(value.time_since_epoch().count()));
}

std::optional<std::string> pg_written(const Guid& value) {
  return std::string(value.bytes.begin(), value.bytes.end());
}

std::optional<std::string> pg_written(const PgBytes& value) { return value.bytes; }

std::string pg_array(std::uint32_t type, const std::vector<std::optional<std::string>>& elements) {
  std::string bytes;
  append(bytes, std::uint32_t(elements.empty() ? 0 : 1));  // dimensions
  append(bytes, std::uint32_t(1));                         // there may be nulls
  append(bytes, type);
  if (elements.empty())
    return bytes;
  append(bytes, std::uint32_t(elements.size()));
  append(bytes, std::uint32_t(1));  // the first one's number
  for (const auto& element : elements) {
    append(bytes, element ? std::uint32_t(element->size()) : ~std::uint32_t(0));
    bytes += element.value_or("");
  }
  return bytes;
}

}  // namespace tenantscope
