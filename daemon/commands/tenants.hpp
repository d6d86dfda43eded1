// `tenantscope tenants`: what a running daemon watches, a line each.
#pragma once

namespace CLI {
class App;
}

namespace tenantscope {

void add_tenants(CLI::App& app, int& exit_code);

}  // namespace tenantscope
