// UTF-8, strictly: no overlong forms, no surrogates, nothing over U+10FFFF.
// For the log and the web server, which meet bytes that nobody has vouched for.
#pragma once

#include <cstddef>
#include <string_view>

namespace tenantscope {

// The length of the character at the front of `text`, 1 to 4; 0 where there is none or no valid
// one.
std::size_t utf8_length(std::string_view text);

bool is_utf8(std::string_view text);

}  // namespace tenantscope
