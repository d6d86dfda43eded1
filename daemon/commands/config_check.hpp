// `tenantscope config check`: everything that would keep `serve` from taking a configuration, at
// once.
#pragma once

namespace CLI {
class App;
}

namespace tenantscope {

void add_config(CLI::App& app, int& exit_code);

}  // namespace tenantscope
