// What somebody wrote, for a message to them: in backquotes, on one line, shortened where it is
// long. Any thread.
#pragma once

#include <string>
#include <string_view>

namespace tenantscope {

std::string quote(std::string_view text);

}  // namespace tenantscope
