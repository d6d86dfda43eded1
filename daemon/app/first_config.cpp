#include "app/first_config.hpp"

#include <utility>

#include <fmt/format.h>

#include "app/tenant_lists.hpp"
#include "base/result.hpp"

namespace tenantscope {
namespace {

void refuse_errors(const ServeConfig& loaded, const ServeOptions& options, const Log& log) {
  if (!loaded.errors().empty())
    log_findings(loaded, log);
  if (!loaded.main.errors.empty())
    throw FatalError(exit_unusable,
                     fmt::format("{}: bad configuration", options.config_file.string()));
  if (!loaded.web.errors.empty())
    throw FatalError(exit_unusable,
                     fmt::format("{}: bad web configuration", options.web_config_file.string()));
}

}  // namespace

std::optional<FirstConfig> read_first_config(const ServeOptions& options, const Log& log,
                                             HeldSignals& signals) {
  bool stopped = false;
  const Cancelled cancelled = [&] {
    return stopped = stopped || signals.stopped_within(Duration::zero());
  };
  FirstConfig first{
      .config = load_serve_config(options, {.text = {}, .lists = {}, .cancelled = cancelled}),
      .lists = {}};
  if (!stopped) {
    refuse_errors(first.config, options, log);
    first.lists = read_kept_lists(options.storage_path, first.config.main.settings.tenant_urls);
  }
  if (!first.lists.empty()) {
    first.config =
        load_serve_config(options, {.text = {}, .lists = first.lists, .cancelled = cancelled});
    for (const auto& [url, findings] : first.config.main.refused_lists)
      first.lists.erase(url);
  }
  if (!stopped) {
    log_findings(first.config, log);
    return first;
  }
  log.info("stopped while reading the configuration");
  return std::nullopt;
}

}  // namespace tenantscope
