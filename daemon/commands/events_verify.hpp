// `tenantscope events verify`: whether the journal is as it was written, by its hash chain.
#pragma once

namespace CLI {
class App;
}

namespace tenantscope {

// Below `events`. The sub-command.
const CLI::App* add_events_verify(CLI::App& events, int& exit_code);

}  // namespace tenantscope
