// What a storage holds, and whether it is as it was written: its pages, its rows, the journal's
// chain. Reads all of it, beside a running daemon too, as it is at one moment.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "storage/sqlite.hpp"

namespace tenantscope {

struct StorageReport {
  static constexpr std::size_t most_named = 20;

  std::uint32_t version = 0;
  bool rows_checked = true;  // those of an older version aren't
  std::uint64_t events = 0;
  std::uint64_t last = 0;  // the largest sequence ever given
  std::uint64_t tenants = 0;
  bool log_missing = false;        // it was copied without the log that it had
  std::vector<std::string> pages;  // what contradicts itself, the first ones
  // Indexes that don't have what their rows have, and rows out of their order, the first ones: by
  // a column that is damaged. A daemon goes on with them.
  std::vector<std::string> contradictions;
  std::vector<std::string> rows;    // "event 42", "tenant contoso.example@global", the first ones
  std::uint64_t damaged_rows = 0;   // all of them
  std::vector<std::uint64_t> cuts;  // events that don't follow from the one before, the first ones

  bool sound() const {
    return pages.empty() && contradictions.empty() && damaged_rows == 0 && cuts.empty() &&
           !log_missing;
  }
};

// Throws FatalError as open_sqlite_journal() does.
StorageReport check_sqlite_storage(const std::filesystem::path& storage);

namespace sqlite {

// Throws Failure where it can't be read.
StorageReport check(Connection& connection);

}  // namespace sqlite
}  // namespace tenantscope
