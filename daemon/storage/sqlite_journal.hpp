// The journal's questions, asked over a connection: what the ledger and the read-only view beside
// it have in common. Throws Failure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/ledger.hpp"
#include "storage/sqlite.hpp"

namespace tenantscope::sqlite {

// What entries_in() reads, in a SELECT from the table `journal`.
inline constexpr std::string_view entry_columns =
    "journal.sequence, id, kind, asked, name, time, event";
inline constexpr int entry_column_count = 7;

JournalEntry entry_in(const Rows& row);
std::vector<JournalEntry> entries_in(Rows&& rows);

class JournalQueries {
 public:
  explicit JournalQueries(const Connection& connection);

  std::vector<JournalEntry> read(std::uint64_t after, std::size_t limit);
  std::optional<JournalEntry> find(const std::string& id);
  std::uint64_t oldest();
  std::uint64_t last();

 private:
  Statement read_;
  Statement find_;
  Statement oldest_;
  Statement last_;
};

}  // namespace tenantscope::sqlite
