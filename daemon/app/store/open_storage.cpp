#include "app/store/open_storage.hpp"

#include <utility>

#include "base/result.hpp"
#include "storage/damage.hpp"
#include "storage/sqlite/sqlite_ledger.hpp"
#include "system/notify.hpp"

namespace tenantscope {
namespace {

constexpr Duration lock_patience = std::chrono::seconds(10);

UpgradeObserver upgrade_observer(const Log& log, const OpeningObserver& observer) {
  return {.begins =
              [&](std::uint32_t from, std::uint32_t to, const std::filesystem::path& copy) {
                observer.goes_on();
                log.info("the storage is brought up to this version, and a copy kept of it",
                         {{"from", from}, {"to", to}, {"copy", copy.string()}});
              },
          .goes_on =
              [&] {
                observer.goes_on();
                extend_start();
              }};
}

// What is damaged was refused as it was opened: what can't be read now may be read later.
template <class T>
T read_at_start(Result<T> read) {
  if (!read)
    throw FatalError(exit_failure, read.error().detail);
  return std::move(*read);
}

}  // namespace

DamageObserver damage_observer(DamageLog& damage, const Log& log,
                               const std::filesystem::path& path) {
  return {.damaged = [&damage](const std::string& row) { damage.found(row); },
          .dropped = [&damage](const std::string& sink,
                               std::uint64_t events) { damage.dropped(sink, events); },
          .log_missing =
              [&log, path] {
                log.warn(
                    "the storage wasn't closed, and its log isn't there: if it was copied without "
                    "tenantscope.db-wal, the last changes are missing; copy it by `tenantscope "
                    "storage backup`",
                    {{"storage", path.string()}});
              }};
}

std::unique_ptr<StorageLock> lock_storage(const std::filesystem::path& path, const Log& log,
                                          const OpeningObserver& observer) {
  return std::make_unique<StorageLock>(
      path, lock_patience, [&, told = false](Duration pause) mutable {
        observer.goes_on();
        if (!std::exchange(told, true))
          log.info("waiting for the storage, which another tenantscope has",
                   {{"storage", path.string()}});
        return observer.lock_pause(pause);
      });
}

void read_what_is_stored(OpenStorage& opened) {
  opened.tenants = read_at_start(opened.ledger->load());
  opened.believed_time = read_at_start(opened.ledger->believed_time());
  opened.rewound = read_at_start(opened.ledger->rewound());
  opened.last_event = read_at_start(opened.ledger->last());
}

OpenStorage open_storage(const std::filesystem::path& path, DamageLog& damage, const Log& log,
                         const OpeningObserver& observer) {
  OpenStorage opened;
  opened.lock = lock_storage(path, log, observer);
  opened.ledger = open_sqlite_ledger(path, damage_observer(damage, log, path), opened.lock.get(),
                                     upgrade_observer(log, observer));
  read_what_is_stored(opened);
  opened.journal = open_own_sqlite_journal(path, damage_observer(damage, log, path));
  return opened;
}

}  // namespace tenantscope
