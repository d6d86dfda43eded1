#include "storage/sqlite/sqlite_functions.hpp"

#include <sqlite3.h>

#include <optional>
#include <string_view>

#include "base/digest.hpp"
#include "storage/row_checksum.hpp"

namespace tenantscope::sqlite {
namespace {

std::string_view view(const void* bytes, int size) {
  return bytes ? std::string_view(static_cast<const char*>(bytes), std::size_t(size))
               : std::string_view();
}

std::string_view bytes_of(sqlite3_value* value) {
  const void* const bytes = sqlite3_value_blob(value);
  return view(bytes, sqlite3_value_bytes(value));
}

struct Argument {
  sqlite3_value* value;

  int type() const { return sqlite3_value_type(value); }
  std::int64_t integer() const { return sqlite3_value_int64(value); }
  double real() const { return sqlite3_value_double(value); }
  std::string_view text() const { return bytes_of(value); }
  std::string_view bytes() const { return bytes_of(value); }
};

struct ColumnRead {
  sqlite3_stmt* row;
  int number;

  int type() const { return sqlite3_column_type(row, number); }
  std::int64_t integer() const { return sqlite3_column_int64(row, number); }
  double real() const { return sqlite3_column_double(row, number); }
  std::string_view text() const {
    const void* const text = sqlite3_column_text(row, number);
    return view(text, sqlite3_column_bytes(row, number));
  }
  std::string_view bytes() const {
    const void* const bytes = sqlite3_column_blob(row, number);
    return view(bytes, sqlite3_column_bytes(row, number));
  }
};

template <class Value>
void add(RowChecksum& checksum, const Value& value) {
  switch (value.type()) {
    case SQLITE_NULL:
      return checksum.add(std::nullopt);
    case SQLITE_INTEGER:
      return checksum.add(value.integer());
    case SQLITE_FLOAT:
      return checksum.add(value.real());
    case SQLITE_TEXT:
      return checksum.add(value.text());
    default:
      checksum.add_bytes(value.bytes());
  }
}

void row_checksum_of(sqlite3_context* context, int count, sqlite3_value** values) {
  RowChecksum checksum;
  for (int i = 0; i < count; ++i)
    add(checksum, Argument{values[i]});
  sqlite3_result_int64(context, checksum.value());
}

void sha256_of(sqlite3_context* context, int, sqlite3_value** values) {
  if (sqlite3_value_type(values[0]) == SQLITE_NULL)
    return sqlite3_result_null(context);
  const std::string digest = sha256(bytes_of(values[0]));
  sqlite3_result_blob(context, digest.data(), int(digest.size()), SQLITE_TRANSIENT);
}

}  // namespace

int add_functions(sqlite3* connection) {
  constexpr int traits = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
  const int code = sqlite3_create_function_v2(connection, "row_checksum", -1, traits, nullptr,
                                              row_checksum_of, nullptr, nullptr, nullptr);
  return code != SQLITE_OK ? code
                           : sqlite3_create_function_v2(connection, "sha256", 1, traits, nullptr,
                                                        sha256_of, nullptr, nullptr, nullptr);
}

std::int64_t row_checksum(sqlite3_stmt* row, int columns) {
  RowChecksum checksum;
  for (int i = 0; i < columns; ++i)
    add(checksum, ColumnRead{row, i});
  return checksum.value();
}

}  // namespace tenantscope::sqlite
