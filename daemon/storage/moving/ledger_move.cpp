#include "storage/moving/ledger_move.hpp"

#include <fmt/format.h>

#include "base/result.hpp"

namespace tenantscope {
namespace {

// Where the mark is there already, only what was begun is completed: what has gone on elsewhere
// since would be told again otherwise, by other events of the same numbers.
void refuse_moved(LedgerSource& from, LedgerTarget& to) {
  const std::string moved = from.moved_to();
  if (moved.empty() || (moved == to.name() && to.incomplete()))
    return;
  throw FatalError(
      exit_unusable,
      fmt::format("{}: was moved to {} already: start daemons with that one", from.name(), moved));
}

void refuse_unsound(LedgerSource& from) {
  const StorageReport report = from.check();
  if (!report.sound())
    throw FatalError(exit_unusable,
                     fmt::format("{}: isn't as it was written, and isn't moved: see `tenantscope "
                                 "storage check`",
                                 from.name()));
}

}  // namespace

void prove_same(const LedgerSum& sent, const LedgerSum& back, const std::string& where) {
  if (sent != back)
    throw FatalError(exit_unusable,
                     fmt::format("{}: isn't what was copied there: {} events of {}, whose SHA-256 "
                                 "is {} instead of {}; {} tenants of {}",
                                 where, back.events, sent.events, back.journal, sent.journal,
                                 back.tenants, sent.tenants));
}

LedgerSum move_ledger(LedgerSource& from, LedgerTarget& to, const CopyStep& after_step) {
  refuse_moved(from, to);
  refuse_unsound(from);
  LedgerWriter& writer = to.begin(from.name());
  after_step();
  LedgerSum sum = copy_rows(from.rows(), &writer, after_step);
  after_step();
  prove_same(sum, copy_rows(*to.read_back(), nullptr, after_step), to.name());
  from.mark_moved(to.name());
  after_step();
  to.open();
  after_step();
  return sum;
}

}  // namespace tenantscope
