// How answers are coded on their way: gzip where the client takes it and there is something to gain.
#pragma once

#include <string_view>

#include "io/web/server.hpp"

namespace tenantscope {

// Also says what the answer varies by.
WebResponse coded(WebResponse response, std::string_view accept_encoding);

}  // namespace tenantscope
