// How the storage is, in the log and the metrics: what came of each transaction, and whether it
// answers. Any thread.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "app/ledger_thread.hpp"
#include "base/log.hpp"
#include "domain/settings.hpp"
#include "metrics/instruments.hpp"

namespace tenantscope {

class StorageStanding {
 public:
  // `where`: it is, as the log says it. REQUIRES of the rest: it outlives this.
  StorageStanding(Instruments& instruments, const Log& log, std::string where)
      : instruments_(instruments), log_(log), where_(std::move(where)) {}

  const std::string& where() const { return where_; }

  // As LedgerThread calls them. `usable_again`: it answers again, and can be used; on its thread.
  // REQUIRES: they are called only while this is there.
  LedgerThread::Observer observer();
  LedgerThread::Listener listener(std::function<void()> usable_again);

 private:
  Instruments& instruments_;
  const Log& log_;
  const std::string where_;
};

// The folder, or a shared storage's servers.
std::string name_of_storage(const Settings& settings, const std::filesystem::path& folder);

}  // namespace tenantscope
