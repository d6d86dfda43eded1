// `tenantscope lookup`: asks once about each name, and explains the answer.
#pragma once

namespace CLI {
class App;
}

namespace tenantscope {

void add_lookup(CLI::App& app, int& exit_code);

}  // namespace tenantscope
