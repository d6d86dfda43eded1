// `tenantscope storage`: the upkeep of what is stored: backup, check, copy, init, restore.
#pragma once

namespace CLI {
class App;
}

namespace tenantscope {

void add_storage(CLI::App& app, int& exit_code);

}  // namespace tenantscope
