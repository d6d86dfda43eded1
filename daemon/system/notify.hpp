// Word to systemd (sd_notify); nothing happens where it isn't systemd that started the process.
#pragma once

#include <optional>
#include <string>

#include "base/time.hpp"

namespace tenantscope {

// "READY=1", "STOPPING=1", "WATCHDOG=1": lost where the supervisor has stopped reading.
void notify_supervisor(const std::string& state);

// The start goes on, and may take longer than the supervisor gives a start: 5 min more from now.
void extend_start();

// How often it wants to hear WATCHDOG=1 at least.
std::optional<Duration> watchdog_interval();

}  // namespace tenantscope
