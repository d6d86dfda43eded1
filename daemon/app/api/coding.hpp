// How answers are coded on their way: gzip where the client takes it and there is something to
// gain.
#pragma once

#include <string_view>

#include "app/api/coded_blocks.hpp"
#include "web/response.hpp"

namespace tenantscope {

// Also says what the answer varies by. REQUIRES: `blocks` outlives the answer.
WebResponse coded(WebResponse response, std::string_view accept_encoding, CodedBlocks& blocks);

}  // namespace tenantscope
