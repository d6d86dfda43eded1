#include "web/config/web_config_watch.hpp"

#include <algorithm>
#include <utility>

namespace tenantscope {
namespace {

constexpr auto look_every = std::chrono::seconds(1);

}  // namespace

WebConfigWatch::WebConfigWatch(std::filesystem::path file, LoadedWebConfig first, const Log& log,
                               Announce announce, Clock now)
    : file_(std::move(file)),
      config_(std::make_shared<const WebConfig>(std::move(first.config))),
      files_(std::move(first.files)),
      looked_(now()),
      log_(log),
      announce_(std::move(announce)),
      now_(std::move(now)) {}

std::shared_ptr<const WebConfig> WebConfigWatch::current() {
  const SteadyTime now = now_();
  if (look_soon_.exchange(false) || now - looked_ >= look_every) {
    looked_ = now;
    if (!bad_.empty() || changed())
      read();  // what it couldn't read may come back unchanged
  }
  return config_;
}

LoadedWebConfig WebConfigWatch::in_force() const {
  std::vector<FileStamp> files = files_;
  if (!bad_.empty())  // they are to be read again
    for (FileStamp& file : files)
      file = {.path = file.path};
  return {.config = *config_, .errors = {}, .warnings = {}, .files = std::move(files)};
}

bool WebConfigWatch::changed() const {
  return std::ranges::any_of(files_,
                             [](const FileStamp& file) { return stamp_of(file.path) != file; });
}

void WebConfigWatch::read() {
  LoadedWebConfig loaded = load_web_config(file_);
  files_ = std::move(loaded.files);
  const std::vector<ConfigFinding> before = std::exchange(bad_, std::move(loaded.errors));
  if (!bad_.empty()) {
    if (bad_ == before)
      return;
    for (const ConfigFinding& finding : bad_)
      log_.error("bad web configuration", {{"finding", to_string(finding)}});
    log_.error("web configuration not reloaded; the last good one stays",
               {{"file", file_.native()}, {"findings", bad_.size()}});
    return;
  }
  config_ = std::make_shared<const WebConfig>(std::move(loaded.config));
  for (const ConfigFinding& finding : loaded.warnings)
    log_.warn("doubtful web configuration", {{"finding", to_string(finding)}});
  log_.info(before.empty() ? "web configuration reloaded" : "web configuration good again",
            {{"file", file_.native()}});
  announce_(*config_);
}

}  // namespace tenantscope
