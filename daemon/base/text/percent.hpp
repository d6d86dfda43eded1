// Percent-decoding, as of a login in a URL. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tenantscope {

// Nothing where a % isn't followed by two hexadecimal digits, or a control character comes of it.
std::optional<std::string> decode_percent(std::string_view text);

}  // namespace tenantscope
