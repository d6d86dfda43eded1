// What a daemon is asked through over HTTP: the API, who may ask it, TLS and the server. The same
// before its storage is open, and while it stands by, as when it is active. On its user's thread,
// but where it says otherwise; it answers on the web server's.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <vector>

#include "app/api/api.hpp"
#include "app/daemon.hpp"
#include "app/journal_bell.hpp"
#include "app/liveness.hpp"
#include "app/operations.hpp"
#include "app/table.hpp"
#include "base/log.hpp"
#include "metrics/instruments.hpp"
#include "web/access/audit_log.hpp"
#include "web/access/web_guard.hpp"
#include "web/address.hpp"
#include "web/config/web_config_watch.hpp"
#include "web/server.hpp"

namespace tenantscope {

class WebFront {
 public:
  // What it answers from.
  struct Sources {
    const Table& table;
    const Liveness& liveness;
    std::unique_ptr<Journal> journal;
    Operations operations;
  };

  // REQUIRES: what is referred to outlives it.
  WebFront(const ServeOptions& options, LoadedWebConfig config,
           std::vector<ListeningSocket> sockets, Instruments& instruments, const Log& log,
           Sources sources);

  Api& api() { return api_; }
  JournalBell& bell() { return bell_; }
  AuditLog& audit() { return audit_; }  // any thread

  // Begins to answer. `told`: where it listens, and who can reach that, is in the log already.
  void start(bool told);
  // One more, from now on. REQUIRES: started. Any thread.
  void listen_at(ListeningSocket socket) { server_.listen_at(std::move(socket)); }
  // The next request looks whether the web's configuration has changed. Any thread.
  void look_soon() { config_.look_soon(); }
  // REQUIRES: stopped.
  LoadedWebConfig config_in_force() const { return config_.in_force(); }
  // Nothing is answered any more, and the audit log has all. Within a second.
  void stop();

 private:
  void note_exposure(const WebConfig& config, bool told);

  Instruments& instruments_;
  const Log& log_;
  AuditLog audit_;
  Api api_;
  WebConfigWatch config_;
  WebGuard guard_;
  WebServer server_;
  JournalBell bell_;
};

}  // namespace tenantscope
