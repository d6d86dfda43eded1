// A storage that is open, with what the daemon begins with.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "app/damage_log.hpp"
#include "app/replica/membership.hpp"
#include "app/replica/standing_by.hpp"
#include "base/log.hpp"
#include "storage/damage.hpp"
#include "storage/ledger.hpp"
#include "storage/request_box.hpp"
#include "storage/storage_lock.hpp"

namespace tenantscope {

struct OpenStorage {
  std::unique_ptr<StorageLock> lock;  // outlives the ledger
  // Of a ledger that is shared; outlives it, so that nobody else writes before this one has ended.
  std::unique_ptr<Membership> membership;
  std::unique_ptr<Ledger> ledger;
  std::unique_ptr<Journal> journal;      // for another thread
  std::unique_ptr<RequestBox> requests;  // likewise, of standbys of a ledger that is shared
  std::vector<StoredTenant> tenants;
  std::optional<WallTime> believed_time;
  std::optional<Rewind> rewound;  // and what that is to tell
  std::uint64_t last_event = 0;
};

// What is told while a storage is opened, on the thread that opens it.
struct OpeningObserver {
  std::function<bool(Duration)> lock_pause;  // as StorageLock's
  std::function<void()> goes_on;  // another daemon is about to stop, or it is brought up to date
  std::function<void(StandingBy)> stands_by;
};

// Waits for another daemon that is about to stop. Throws FatalError: with exit_failure where it may
// be opened later, else with exit_unusable; and StorageLock::GivenUp. `damage` and `log` outlive
// what is opened.
OpenStorage open_storage(const std::filesystem::path& path, DamageLog& damage, const Log& log,
                         const OpeningObserver& observer);

// For those who open one in another way: the folder's lock, whom damage is told to, and what is
// read from a ledger that is open.
std::unique_ptr<StorageLock> lock_storage(const std::filesystem::path& path, const Log& log,
                                          const OpeningObserver& observer);
DamageObserver damage_observer(DamageLog& damage, const Log& log,
                               const std::filesystem::path& path);
void read_what_is_stored(OpenStorage& opened);

}  // namespace tenantscope
