// Base64 with padding, as HTTP's headers hold it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tenantscope {

std::string encode_base64(std::string_view bytes);

// Nothing where `text` is no base64, or its padding is missing.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace tenantscope
