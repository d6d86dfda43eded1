// The daemon while its storage can't be opened: it answers whether it is alive, that it isn't ready
// and why, and with its own metrics. Nothing is known of tenants, and none is asked.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/api/api.hpp"
#include "app/daemon.hpp"
#include "app/journal_bell.hpp"
#include "app/liveness.hpp"
#include "app/store/storage_opener.hpp"
#include "app/table.hpp"
#include "base/log.hpp"
#include "metrics/instruments.hpp"
#include "web/access/audit_log.hpp"
#include "web/access/web_guard.hpp"
#include "web/address.hpp"
#include "web/config/web_config_watch.hpp"
#include "web/server.hpp"

namespace tenantscope {

class Joining {
 public:
  // Sleeps that long, or returns true as somebody asks it to stop.
  using StoppedWithin = std::function<bool(Duration)>;

  // Begins to answer. REQUIRES: what is referred to outlives it.
  Joining(const ServeOptions& options, LoadedWebConfig web, std::vector<ListeningSocket> sockets,
          Instruments& instruments, const Log& log);
  ~Joining();  // ends it, within a second

  // Until the storage is open, or it is asked to stop: nothing then. Throws as the opener does.
  std::optional<OpenStorage> wait_for(StorageOpener& opener, const StoppedWithin& stopped_within);

 private:
  Instruments& instruments_;
  const Log& log_;
  AuditLog audit_;
  Table table_;        // an empty one
  Liveness liveness_;  // of no thread
  Api api_;
  WebConfigWatch web_config_;
  WebGuard guard_;
  WebServer web_;
  JournalBell bell_;
};

}  // namespace tenantscope
