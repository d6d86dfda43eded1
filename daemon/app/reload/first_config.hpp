// What `serve` starts with: the configuration, and then the lists of `tenant_urls` that were kept
// from before, which are in the storage. On the first thread.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "app/reload/serve_config.hpp"
#include "system/held_signals.hpp"

namespace tenantscope {

// Without the lists. Nothing: a signal came that asks to stop. Throws FatalError(78) where the
// configuration is bad, and FatalError(1) where its file can't be read for now.
std::optional<ServeConfig> read_first_config(const ServeOptions& options, const Log& log,
                                             HeldSignals& signals);

// Reads it anew with the lists that are kept, those that are good by URL, and logs all that was
// found. False: a signal came that asks to stop. Throws as above.
bool take_kept_lists(ServeConfig& config, std::map<std::string, std::string>& lists,
                     const ServeOptions& options, const Log& log, HeldSignals& signals);

}  // namespace tenantscope
