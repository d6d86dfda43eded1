#include "app/reload/serve_config.hpp"

namespace tenantscope {

std::vector<ConfigFinding> ServeConfig::errors() const {
  std::vector<ConfigFinding> all = main.errors;
  all.insert(all.end(), web.errors.begin(), web.errors.end());
  return all;
}

ServeConfig load_serve_config(const ServeOptions& options, const ConfigSources& sources) {
  ServeConfig loaded{.main = load_config(options.config_file, sources)};
  if (!is_cancelled(sources.cancelled) && !options.web_config_file.empty())
    loaded.web = load_web_config(options.web_config_file);
  return loaded;
}

std::optional<ConfigFinding> another_storage(const Settings& wanted, const Settings& now,
                                             const ServeOptions& options) {
  if (wanted.postgresql == now.postgresql && wanted.replica == now.replica)
    return std::nullopt;
  return ConfigFinding{options.config_file.string(), 1, 1,
                       "`storage` and `replica` are taken at the start alone: leave them as they "
                       "were, or restart"};
}

void log_findings(const ServeConfig& loaded, const Log& log) {
  for (const auto* warnings : {&loaded.main.warnings, &loaded.web.warnings})
    for (const ConfigFinding& finding : *warnings)
      log.warn("doubtful configuration", {{"finding", to_string(finding)}});
  for (const ConfigFinding& finding : loaded.errors())
    log.error("bad configuration", {{"finding", to_string(finding)}});
  for (const auto& [url, findings] : loaded.main.refused_lists)
    for (const ConfigFinding& finding : findings)
      log.error("bad tenant list", {{"finding", to_string(finding)}});
}

}  // namespace tenantscope
