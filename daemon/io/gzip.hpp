// gzip (zlib), at the level that costs least. Any thread.
#pragma once

#include <string>
#include <string_view>

namespace tenantscope {

std::string gzip(std::string_view text);

}  // namespace tenantscope
