#include "storage/moving/storage_report.hpp"

#include <utility>

namespace tenantscope {

void StorageReport::note_row(std::string row) {
  ++damaged_rows;
  if (rows.size() < most_named)
    rows.push_back(std::move(row));
}

void CutFinder::take(std::uint64_t sequence, std::string hash,
                     std::optional<std::string_view> previous) {
  if (before_ > 0 && before_ + 1 == sequence && previous && *previous != hash_ &&
      report_.cuts.size() < StorageReport::most_named)
    report_.cuts.push_back(sequence);
  before_ = sequence;
  hash_ = std::move(hash);
}

}  // namespace tenantscope
