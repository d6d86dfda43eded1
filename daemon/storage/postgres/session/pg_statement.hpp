// A statement for PostgreSQL with its values, in the binary form of its protocol, so that no value
// is ever part of a statement's text. Integers are bigint; times are milliseconds since the epoch;
// vectors are arrays. PostgreSQL's text can't hold U+0000: what documents say goes as bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/guid.hpp"
#include "base/time.hpp"

namespace tenantscope {

struct PgBytes {
  std::string bytes;
};

// What a type is called in the protocol, and how its values are written there.
std::uint32_t pg_type(const std::string*);
std::uint32_t pg_type(const std::int64_t*);
std::uint32_t pg_type(const std::uint64_t*);
std::uint32_t pg_type(const bool*);
std::uint32_t pg_type(const WallTime*);
std::uint32_t pg_type(const Guid*);
std::uint32_t pg_type(const PgBytes*);
template <class Value>
std::uint32_t pg_type(const std::optional<Value>*) {
  return pg_type(static_cast<const Value*>(nullptr));
}
std::uint32_t pg_array_type(std::uint32_t type);

std::optional<std::string> pg_written(const std::string& value);
std::optional<std::string> pg_written(std::int64_t value);
std::optional<std::string> pg_written(std::uint64_t value);  // 2^63-1 at most
std::optional<std::string> pg_written(bool value);
std::optional<std::string> pg_written(WallTime value);
std::optional<std::string> pg_written(const Guid& value);
std::optional<std::string> pg_written(const PgBytes& value);
template <class Value>
std::optional<std::string> pg_written(const std::optional<Value>& value) {
  return value ? pg_written(*value) : std::nullopt;
}
std::string pg_array(std::uint32_t type, const std::vector<std::optional<std::string>>& elements);

struct PgStatement {
  struct Value {
    std::uint32_t type;
    std::optional<std::string> bytes;  // nothing: NULL
  };

  // The values of $1, $2 and so on.
  template <class... Values>
  explicit PgStatement(std::string text, const Values&... given) : sql(std::move(text)) {
    (add(given), ...);
  }

  template <class Given>
  PgStatement& add(const Given& given) {
    values.push_back({pg_type(&given), pg_written(given)});
    return *this;
  }
  template <class Given>
  PgStatement& add(const std::vector<Given>& given) {
    std::vector<std::optional<std::string>> elements;
    elements.reserve(given.size());
    for (const Given& element : given)
      elements.push_back(pg_written(element));
    const std::uint32_t type = pg_type(static_cast<const Given*>(nullptr));
    values.push_back({pg_array_type(type), pg_array(type, elements)});
    return *this;
  }

  std::string sql;
  std::vector<Value> values;
};

}  // namespace tenantscope
