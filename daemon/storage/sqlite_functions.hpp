// Functions that SQL can call on every connection of ours:
//   row_checksum(VALUE, ...)   storage/row_checksum, of any values
//   sha256(TEXT)               32 bytes; NULL of NULL
#pragma once

struct sqlite3;

namespace tenantscope::sqlite {

// What SQLite says of it: SQLITE_OK, or why not.
int add_functions(sqlite3* connection);

}  // namespace tenantscope::sqlite
