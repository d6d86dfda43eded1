// `tenantscope status`: how a running daemon is, and what is wrong with it.
#pragma once

namespace CLI {
class App;
}

namespace tenantscope {

void add_status(CLI::App& app, int& exit_code);

}  // namespace tenantscope
