#include "storage/sqlite/sqlite_meta.hpp"

#include <fmt/format.h>

namespace tenantscope::sqlite {

Meta::Meta(const Connection& connection)
    : connection_(connection),
      value_(connection,
             "SELECT value FROM meta WHERE key = ?1 AND checksum = row_checksum(key, value)"),
      set_(connection, "REPLACE INTO meta VALUES(?1, ?2, row_checksum(?1, ?2))"),
      remove_(connection, "DELETE FROM meta WHERE key = ?1") {}

std::optional<std::string> Meta::value(std::string_view key) {
  Rows row = value_(key);
  return row.next() ? std::optional(row.text(0)) : std::nullopt;
}

Guid Meta::ledger() {
  const auto id = value(ledger_key);
  const auto guid = id ? parse_guid(*id) : std::nullopt;
  if (!guid)
    throw Failure(
        fmt::format("{}: damaged: its id isn't there as it was written: bring it back "
                    "from a backup, or move it away to begin anew",
                    connection_.path().native()));
  return *guid;
}

}  // namespace tenantscope::sqlite
