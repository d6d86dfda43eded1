// Base64 with padding, as HTTP's headers hold it.
#pragma once

#include <string>
#include <string_view>

namespace tenantscope {

std::string encode_base64(std::string_view bytes);

}  // namespace tenantscope
