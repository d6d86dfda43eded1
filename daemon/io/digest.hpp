// SHA-256 of a body, in lower-case hex: evidence of what was seen.
#pragma once

#include <string>
#include <string_view>

namespace tenantscope {

std::string sha256_hex(std::string_view bytes);

}  // namespace tenantscope
