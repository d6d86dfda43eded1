// Opens a ledger that several daemons share, once it is this one's turn to write to it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "app/damage_log.hpp"
#include "app/replica/fleet.hpp"
#include "app/replica/follower.hpp"
#include "app/replica/last_seen.hpp"
#include "app/store/open_storage.hpp"
#include "base/log.hpp"
#include "domain/settings.hpp"

namespace tenantscope {

struct SharedStorage {
  PostgresSettings postgresql;
  std::string url;               // where people reach this daemon; may be empty
  std::string config;            // of it, a digest
  std::filesystem::path folder;  // of what is this daemon's own: the control socket, kept lists
  bool begun_before = false;     // by this process, which then doesn't end as it is outdated
  std::shared_ptr<Fleet> fleet;  // what the ledger says of its replicas, this one's name among it
  std::function<void()> fenced;  // as open_postgres_ledger() has it; any thread
  // Sessions that held the ledger and didn't go on: how many were terminated since it was called
  // last, and how often that wasn't permitted. Any thread.
  std::function<void(std::uint64_t terminated, std::uint64_t refused)> blocked;
  LastSeen& last_seen;  // of it, by this process and those before
};

// By which a replica goes: the configured name, or else the machine's.
std::string replica_name(const Settings& settings);

// As open_storage(). Stands by for as long as another daemon is the active one: `follower` follows
// the ledger meanwhile, also for ever, where the ledger has become too new for this program since
// it began; where it was so from the start, that is a FatalError(exit_unusable).
OpenStorage open_shared_storage(const SharedStorage& where, Follower& follower, DamageLog& damage,
                                const Log& log, const OpeningObserver& observer);

// What a standby asks the active one through; reached when it is used first.
std::unique_ptr<RequestBox> open_requests_of_standby(const SharedStorage& where);

// A view of its journal. Throws FatalError.
std::unique_ptr<Journal> open_shared_journal(const SharedStorage& where, DamageLog& damage,
                                             const Log& log);

}  // namespace tenantscope
