#include "storage/moving/moving.hpp"

#include <fmt/format.h>

#include <memory>

#include "base/exit_code.hpp"
#include "storage/moving/pg_places.hpp"
#include "storage/moving/sqlite_places.hpp"
#include "storage/postgres/pg_check.hpp"
#include "storage/sqlite/sqlite_file.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

// What fails in `work` as FatalError.
template <class Work>
auto as_fatal(Work work) {
  try {
    return sqlite::opened([&] { return pg_opened(work); });
  } catch (const fs::filesystem_error& error) {
    throw FatalError(exit_code_of(error.code().value()),
                     fmt::format("{}: {}", error.path1().native(), error.code().message()));
  }
}

std::unique_ptr<LedgerSource> source_at(const LedgerPlace& place) {
  if (const auto* storage = std::get_if<fs::path>(&place))
    return std::make_unique<sqlite::SqliteSource>(*storage);
  return std::make_unique<PgSource>(std::get<PgSettings>(place));
}

std::unique_ptr<LedgerTarget> target_at(const LedgerPlace& place) {
  if (const auto* storage = std::get_if<fs::path>(&place))
    return std::make_unique<sqlite::SqliteTarget>(*storage);
  return std::make_unique<PgTarget>(std::get<PgSettings>(place));
}

}  // namespace

std::string to_string(const LedgerPlace& place) {
  if (const auto* storage = std::get_if<fs::path>(&place))
    return fs::weakly_canonical(*storage).native();
  return pg_place_name(std::get<PgSettings>(place));
}

LedgerSum move_ledger(const LedgerPlace& from, const LedgerPlace& to, const CopyStep& after_step) {
  return as_fatal([&] {
    if (to_string(from) == to_string(to))
      throw FatalError(
          exit_unusable,
          fmt::format("{}: is both where the ledger is and where it shall be", to_string(from)));
    const auto source = source_at(from);
    const auto target = target_at(to);
    return move_ledger(*source, *target, after_step);
  });
}

Backup back_up_postgres_storage(const PgSettings& settings, const fs::path& folder, WallTime now) {
  return as_fatal([&] {
    PgLedgerReader ledger(settings);
    const PgMark& mark = ledger.snapshot().mark();
    prove_pg_whole(mark);
    prove_pg_usable({.moved_to = {}, .copied_from = mark.copied_from});
    Backup backup{.file = new_backup_in(folder, now), .report = check_pg_ledger(ledger.snapshot())};
    sqlite::Draft draft(backup.file);
    sqlite::make_ledger(draft.path(), random_guid());
    const CopyStep nothing = [] {};
    LedgerSum sum;
    {
      sqlite::SqliteLedgerWriter writer(draft.path());
      sum = copy_rows(ledger, &writer, nothing);
    }
    {
      sqlite::SqliteLedgerReader back(draft.path());
      prove_same(sum, copy_rows(back, nullptr, nothing), draft.path().native());
    }
    draft.put_in_place();
    return backup;
  });
}

}  // namespace tenantscope
