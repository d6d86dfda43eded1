// Durations as Go writes them: "1s", "1m30s", "1.5h", "250us", "0". Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace tenantscope {

// Nothing: it is none, is negative, or is longer than 292 years.
std::optional<std::chrono::nanoseconds> parse_go_duration(std::string_view text);

}  // namespace tenantscope
