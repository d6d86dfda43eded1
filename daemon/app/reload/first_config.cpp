#include "app/reload/first_config.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "app/reload/kept_lists.hpp"
#include "base/exit_code.hpp"
#include "base/result.hpp"

namespace tenantscope {
namespace {

// Whether the file itself can't be read, for a reason that may pass.
bool unreadable_for_now(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  char first = 0;
  const bool failed = descriptor < 0 || ::read(descriptor, &first, 1) < 0;
  const int error = errno;
  if (descriptor >= 0)
    ::close(descriptor);
  return failed && may_pass(error);
}

void refuse(const std::filesystem::path& file, std::string_view what) {
  throw FatalError(unreadable_for_now(file) ? exit_failure : exit_unusable,
                   fmt::format("{}: {}", file.string(), what));
}

void refuse_errors(const ServeConfig& loaded, const ServeOptions& options, const Log& log) {
  if (!loaded.errors().empty())
    log_findings(loaded, log);
  if (!loaded.main.errors.empty())
    refuse(options.config_file, "bad configuration");
  if (!loaded.web.errors.empty())
    refuse(options.web_config_file, "bad web configuration");
}

// Nothing: a signal came that asks to stop.
std::optional<ServeConfig> load(const ServeOptions& options,
                                const std::map<std::string, std::string>& lists, const Log& log,
                                HeldSignals& signals) {
  bool stopped = false;
  const Cancelled cancelled = [&] {
    return stopped = stopped || signals.stopped_within(Duration::zero());
  };
  std::optional<ServeConfig> config =
      load_serve_config(options, {.text = {}, .lists = lists, .cancelled = cancelled});
  if (stopped) {
    log.info("stopped while reading the configuration");
    config.reset();
  }
  return config;
}

}  // namespace

std::optional<ServeConfig> read_first_config(const ServeOptions& options, const Log& log,
                                             HeldSignals& signals) {
  std::optional<ServeConfig> config = load(options, {}, log, signals);
  if (config)
    refuse_errors(*config, options, log);
  return config;
}

bool take_kept_lists(ServeConfig& config, std::map<std::string, std::string>& lists,
                     const ServeOptions& options, const Log& log, HeldSignals& signals) {
  lists = read_kept_lists(options.storage_path, config.main.settings.tenant_urls);
  if (!lists.empty()) {
    std::optional<ServeConfig> with_lists = load(options, lists, log, signals);
    if (!with_lists)
      return false;
    refuse_errors(*with_lists, options, log);  // it may have changed meanwhile
    config = std::move(*with_lists);
    for (const auto& [url, findings] : config.main.refused_lists)
      lists.erase(url);
  }
  log_findings(config, log);
  return true;
}

}  // namespace tenantscope
