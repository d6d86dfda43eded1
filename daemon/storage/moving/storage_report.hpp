// What a look through a whole ledger has found, in whatever store. Plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

  std::string moved_to;     // where `storage copy` took the ledger; empty: nowhere
  std::string copied_from;  // of what it is a copy that isn't complete; empty: of nothing

  void note_row(std::string row);
  bool sound() const {
    return pages.empty() && contradictions.empty() && damaged_rows == 0 && cuts.empty() &&
           !log_missing && copied_from.empty();
  }
};

// Finds the events that don't follow from the one before. A gap is retention's, or a rewind's: what
// stands behind it isn't compared.
class CutFinder {
 public:
  explicit CutFinder(StorageReport& report) : report_(report) {}

  // REQUIRES: in the order of the sequences. Hashes in hex; `previous`: the event's
  // `previoushash`; nothing: it has none, or isn't as it was written.
  void take(std::uint64_t sequence, std::string hash, std::optional<std::string_view> previous);

 private:
  StorageReport& report_;
  std::uint64_t before_ = 0;  // 0: none was taken
  std::string hash_;
};

}  // namespace tenantscope
