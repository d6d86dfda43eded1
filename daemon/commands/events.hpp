// `tenantscope events`: prints the journal, from the storage or from a running daemon.
#pragma once

namespace CLI {
class App;
}

namespace tenantscope {

void add_events(CLI::App& app, int& exit_code);

}  // namespace tenantscope
