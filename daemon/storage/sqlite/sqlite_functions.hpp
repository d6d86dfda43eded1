// Functions that SQL can call on every connection of ours:
//   row_checksum(VALUE, ...)   storage/row_checksum, of any values
//   sha256(TEXT)               32 bytes; NULL of NULL
#pragma once

#include <cstdint>

struct sqlite3;
struct sqlite3_stmt;

namespace tenantscope::sqlite {

// What SQLite says of it: SQLITE_OK, or why not.
int add_functions(sqlite3* connection);

// What row_checksum() gives for the first `columns` of a query's row, without a call from SQL.
std::int64_t row_checksum(sqlite3_stmt* row, int columns);

}  // namespace tenantscope::sqlite
