// The two clocks' types, and how times and durations are written. Schedules run on SteadyTime,
// events carry WallTime. Pure: nobody here asks what time it is.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tenantscope {

using Duration = std::chrono::milliseconds;
using SteadyTime = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

// "2026-11-23T10:00:00.000Z"
std::string rfc3339(WallTime time);

// Reads RFC 3339 with a `Z` or an offset, seconds with or without a fraction; nothing else.
std::optional<WallTime> parse_rfc3339(std::string_view text);

// "200ms", "30s", "15m", "1h30m", "7d": units d h m s ms in falling order, each at most once; no
// sign, no spaces.
std::optional<Duration> parse_duration(std::string_view text);

// The shortest text that parse_duration reads back.
std::string to_string(Duration duration);

// Seconds since the epoch, as metrics show them.
double unix_seconds(WallTime time);

}  // namespace tenantscope
