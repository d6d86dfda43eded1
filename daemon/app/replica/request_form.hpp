// What a standby is asked over HTTP, and the answer, as they are in a row for the active replica.
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "storage/request_box.hpp"
#include "web/request.hpp"
#include "web/response.hpp"

namespace tenantscope {

// With an id of its own. REQUIRES: an operation of the API.
Request request_for_active(const WebRequest& asked, const std::string& replica);
// Nothing: this program doesn't know such a request.
std::optional<WebRequest> asked_of_active(const Request& request);

std::string written_answer(const WebResponse& answer);
// Nothing: it isn't one.
std::optional<WebResponse> read_answer(std::string_view written);

}  // namespace tenantscope
