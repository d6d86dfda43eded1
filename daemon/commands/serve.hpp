// `tenantscope serve`: the daemon.
#pragma once

namespace CLI {
class App;
}

namespace tenantscope {

void add_serve(CLI::App& app, int& exit_code);

}  // namespace tenantscope
