// The daemon while its storage can't be opened: it answers whether it is alive, that it isn't ready
// and why, and with its own metrics. No tenant is asked. Of tenants it knows nothing; but where it
// stands by for another replica, it shows what the ledger has of them, which a Follower follows.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/daemon.hpp"
#include "app/liveness.hpp"
#include "app/operations.hpp"
#include "app/replica/fleet.hpp"
#include "app/replica/follower.hpp"
#include "app/replica/request_asker.hpp"
#include "app/replica/standby_config.hpp"
#include "app/store/storage_opener.hpp"
#include "app/table.hpp"
#include "app/web_front.hpp"
#include "base/log.hpp"
#include "metrics/instruments.hpp"
#include "web/address.hpp"

namespace tenantscope {

class Joining {
 public:
  // Sleeps that long, or returns true as somebody asks it to stop.
  using StoppedWithin = std::function<bool(Duration)>;

  // Of a ledger that is shared.
  struct Shared {
    Follower& follower;
    RequestAsker& asker;                                     // stopped with it
    StandbyConfig& config;                                   // by which it may end, to begin anew
    std::function<bool()> hung_up;                           // SIGHUP has come, since the last time
    std::function<std::unique_ptr<Journal>()> open_journal;  // on another thread; or FatalError
    std::shared_ptr<Fleet> fleet;
  };

  // Begins to answer. REQUIRES: what is referred to outlives it.
  Joining(const ServeOptions& options, const ServeConfig& config,
          std::vector<ListeningSocket> sockets, Instruments& instruments, const Log& log,
          std::optional<Shared> shared = {});
  ~Joining();

  // Until the storage is open, or it is asked to stop, or to begin anew: nothing then. Throws as
  // the opener does.
  std::optional<OpenStorage> wait_for(StorageOpener& opener, const StoppedWithin& stopped_within);

  // Within a second. Gives the web's configuration that was in force.
  LoadedWebConfig stop();

 private:
  std::optional<OpenStorage> open(StorageOpener& opener, const StoppedWithin& stopped_within);
  Operations operations();
  void listen_for_owner_once();
  void show(const StorageOpener& opener);

  const ServeOptions& options_;
  Instruments& instruments_;
  const Log& log_;
  const std::optional<Shared> shared_;
  Table nothing_;      // where there is nothing to follow
  Liveness liveness_;  // of no thread
  WebFront web_;
  std::optional<StandingBy> standing_by_;
  bool has_control_socket_ = false;
  bool stopped_ = false;
  std::uint64_t rung_for_ = 0;  // the journal's last event
};

}  // namespace tenantscope
