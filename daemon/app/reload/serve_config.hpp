// What `serve` is configured by: its configuration and the web's, read and judged together.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/daemon.hpp"
#include "app/reload/config_standing.hpp"
#include "config/config_file.hpp"
#include "web/config/web_config_file.hpp"

namespace tenantscope {

struct ServeConfig {
  LoadedConfig main;
  LoadedWebConfig web;      // an empty one where there is no file for it
  ConfigStanding standing;  // what of its sources was refused since, as this one stayed

  std::vector<ConfigFinding> errors()
      const;  // of both; empty: `main.settings` and `web.config` are to be used
};

ServeConfig load_serve_config(const ServeOptions& options, const ConfigSources& sources = {});

// What a daemon that runs has to say of another storage, or another name among those that share it.
std::optional<ConfigFinding> another_storage(const Settings& wanted, const Settings& now,
                                             const ServeOptions& options);

// Every finding and warning, of refused lists too.
void log_findings(const ServeConfig& loaded, const Log& log);

}  // namespace tenantscope
