// One watched tenant as it is shown: what the configuration says, what is confirmed, and how the
// last probe went.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/word.hpp"
#include "domain/history.hpp"
#include "domain/settings.hpp"

namespace tenantscope {

struct ProbeStatus {
  WallTime watched_since;            // when this process began to watch it
  bool probed = false;               // by this process
  bool asked_elsewhere = false;      // by another daemon, which alone knows how its probes go
  std::optional<ErrorKind> failure;  // of the last probe
  WallTime failing_since;            // the first of the failures in a row
  std::uint32_t failures_in_a_row = 0;
  std::uint64_t failures = 0;  // since the process started
  Word failure_detail;
  std::chrono::duration<double> duration{};  // of the last probe
  WallTime next_probe;                       // when the schedule means to begin it
};

struct Watch {
  bool watched = true;  // false: it left the configuration; its state is kept for when it returns
  std::shared_ptr<const TenantSettings> settings =
      std::make_shared<const TenantSettings>();  // a part of the configuration in force; never null
  TenantState state;
  ProbeStatus status;
};

inline const TenantKey& key_of(const Watch& watch) { return watch.settings->key; }

// Nothing has been heard of the tenant for longer than its `stale_after`. Who doesn't ask it can't
// say so.
bool stale(const Watch& watch, WallTime now);

}  // namespace tenantscope
