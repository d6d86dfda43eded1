// `tenantscope explain HOST GUEST`: can HOST invite GUEST, why, and what to do instead.
#pragma once

namespace CLI {
class App;
}

namespace tenantscope {

void add_explain(CLI::App& app, int& exit_code);

}  // namespace tenantscope
