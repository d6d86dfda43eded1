// Retry-After, in its two forms: seconds, or a date in one of HTTP's three formats (RFC
// 9110, 5.6.7).
#pragma once

#include <optional>
#include <string_view>

#include "base/time.hpp"

namespace tenantscope {

// How long to wait from `now` on; a date in the past is zero. Nothing: the text is neither.
std::optional<Duration> parse_retry_after(std::string_view text, WallTime now);

}  // namespace tenantscope
