#include "app/reload/first_config.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "app/reload/tenant_lists.hpp"
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
