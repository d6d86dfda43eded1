// Opens a ledger that several daemons share, once it is this one's turn to write to it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "app/damage_log.hpp"
#include "app/replica/follower.hpp"
#include "app/store/open_storage.hpp"
#include "base/log.hpp"
#include "domain/settings.hpp"

namespace tenantscope {

class PgSeen;

struct SharedStorage {
  PostgresSettings postgresql;
  std::string replica;           // its name; empty: the machine's
  std::string url;               // where people reach this daemon; may be empty
  std::string config;            // of it, a digest
  std::filesystem::path folder;  // of what is this daemon's own: the control socket, kept lists
  std::shared_ptr<PgSeen> seen;  // by all of this process's connections, of before, too
};

// As open_storage(). Stands by for as long as another daemon is the active one: `follower` follows
// the ledger meanwhile.
OpenStorage open_shared_storage(const SharedStorage& where, Follower& follower, DamageLog& damage,
                                const Log& log, const OpeningObserver& observer);

// A view of its journal. Throws FatalError.
std::unique_ptr<Journal> open_shared_journal(const SharedStorage& where);

}  // namespace tenantscope
