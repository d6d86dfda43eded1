// SHA-256 of a text: evidence of what was seen, and of what was stored.
#pragma once

#include <string>
#include <string_view>

namespace tenantscope {

std::string sha256(std::string_view bytes);  // its 32 bytes
std::string sha256_hex(std::string_view bytes);

std::string hex_of(std::string_view bytes);  // in lower case

}  // namespace tenantscope
