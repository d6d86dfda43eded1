// What `serve` starts with: the configuration, and the lists of `tenant_urls` that were kept from
// before. On the first thread, while signals are held.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "app/reload/serve_config.hpp"
#include "system/held_signals.hpp"

namespace tenantscope {

struct FirstConfig {
  ServeConfig config;
  std::map<std::string, std::string> lists;  // by URL, those that are good
};

// Nothing: a signal came that asks to stop. Throws FatalError(78) where the configuration is bad,
// and FatalError(1) where its file can't be read for now.
std::optional<FirstConfig> read_first_config(const ServeOptions& options, const Log& log,
                                             HeldSignals& signals);

}  // namespace tenantscope
