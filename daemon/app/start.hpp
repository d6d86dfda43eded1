// How the daemon begins: its configuration is read, its storage opened, its sockets listen. Where
// the storage can't be opened for now, it serves without one (app/joining) until it can.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/daemon.hpp"
#include "app/damage_log.hpp"
#include "app/reload/serve_config.hpp"
#include "app/replica/fleet.hpp"
#include "app/store/open_storage.hpp"
#include "metrics/instruments.hpp"
#include "system/held_signals.hpp"
#include "system/stop_deadline.hpp"
#include "web/address.hpp"

namespace tenantscope {

class LastSeen;

// What is there before it begins, and after its end.
struct Surroundings {
  const ServeOptions& options;
  const Log& log;
  HeldSignals& signals;
  StopDeadline& stop_deadline;
  Instruments& instruments;
  DamageLog& damage;
  LastSeen& last_seen;  // of a shared ledger
};

// What a daemon leaves to the next one of its process: where it listens, and its configuration,
// whatever its files have become.
struct Legacy {
  std::vector<ListeningSocket> sockets;
  ServeConfig config;
  std::map<std::string, std::string> lists;
};

// What it begins with.
struct Start {
  ServeConfig config;
  std::map<std::string, std::string> lists;  // what of `tenant_urls` was kept from before
  OpenStorage storage;
  std::shared_ptr<Fleet> fleet;          // nullptr: the storage is this daemon's alone
  std::vector<ListeningSocket> sockets;  // with the control socket
  bool joined = false;  // it has served already, and told its supervisor and log so
};

// `legacy`: nothing for the first one. Nothing: a signal came that asks to stop. Throws FatalError
// where it can't begin; what is wrong with the configuration is logged first. On the first thread.
std::optional<Start> start(const Surroundings& given, std::optional<Legacy> legacy);

// From now on the process ends within 5 s, whatever still waits for what doesn't answer.
void bound_stop(StopDeadline& stop_deadline, const Log& log);

}  // namespace tenantscope
