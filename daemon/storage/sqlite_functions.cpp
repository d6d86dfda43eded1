#include "storage/sqlite_functions.hpp"

#include <sqlite3.h>

#include <optional>
#include <string_view>

#include "base/digest.hpp"
#include "storage/row_checksum.hpp"

namespace tenantscope::sqlite {
namespace {

std::string_view bytes_of(sqlite3_value* value) {
  const auto* bytes = static_cast<const char*>(sqlite3_value_blob(value));
  return bytes ? std::string_view(bytes, std::size_t(sqlite3_value_bytes(value)))
               : std::string_view();
}

void row_checksum(sqlite3_context* context, int count, sqlite3_value** values) {
  RowChecksum checksum;
  for (int i = 0; i < count; ++i) {
    switch (sqlite3_value_type(values[i])) {
      case SQLITE_NULL:
        checksum.add(std::nullopt);
        break;
      case SQLITE_INTEGER:
        checksum.add(std::int64_t(sqlite3_value_int64(values[i])));
        break;
      case SQLITE_FLOAT:
        checksum.add(sqlite3_value_double(values[i]));
        break;
      case SQLITE_TEXT:
        checksum.add(bytes_of(values[i]));
        break;
      default:
        checksum.add_bytes(bytes_of(values[i]));
    }
  }
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
                                              row_checksum, nullptr, nullptr, nullptr);
  return code != SQLITE_OK ? code
                           : sqlite3_create_function_v2(connection, "sha256", 1, traits, nullptr,
                                                        sha256_of, nullptr, nullptr, nullptr);
}

}  // namespace tenantscope::sqlite
