// What arguments that nobody understood may have meant.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace tenantscope {

// "did you mean `status`?" for the first command or flag that `app` doesn't know; else empty.
std::string meant_by(const CLI::App& app, int argc, const char* const* argv);

}  // namespace tenantscope
