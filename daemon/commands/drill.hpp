// `tenantscope drill`: rehearses a change through the real sinks.
#pragma once

namespace CLI {
class App;
}

namespace tenantscope {

void add_drill(CLI::App& app, int& exit_code);

}  // namespace tenantscope
