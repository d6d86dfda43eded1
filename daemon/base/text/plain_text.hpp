// Text from outside for where only plain text may go. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tenantscope {

// Printable ASCII: each other character is a `?`, and what is over `limit` ends with `...`.
// REQUIRES: limit >= 3.
std::string plain_text(std::string_view text, std::size_t limit);

}  // namespace tenantscope
