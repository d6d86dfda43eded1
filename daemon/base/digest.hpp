// SHA-256 of a text: evidence of what was seen.
#pragma once

#include <string>
#include <string_view>

namespace tenantscope {

std::string sha256(std::string_view bytes);  // its 32 bytes
std::string sha256_hex(std::string_view bytes);

}  // namespace tenantscope
