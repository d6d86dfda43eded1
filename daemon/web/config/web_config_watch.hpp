// The web's configuration as it is at the moment: read again when its file, or a certificate or key
// that it names, has changed. A new one that is bad leaves the last good one in place. On the web
// server's thread, except where it says otherwise.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/time.hpp"
#include "web/config/web_config_file.hpp"

namespace tenantscope {

class WebConfigWatch {
 public:
  using Clock = std::function<SteadyTime()>;
  using Announce = std::function<void(const WebConfig&)>;

  // `first`: what `file` held at the start; `announce` is told of each that replaces it. REQUIRES:
  // `first` is without errors.
  WebConfigWatch(std::filesystem::path file, LoadedWebConfig first, const Log& log,
                 Announce announce, Clock now = steady_now);

  // Never nullptr. Looks at the files at most once a second; reads them where one has changed.
  std::shared_ptr<const WebConfig> current();

  // As load_web_config() gave it. REQUIRES: nobody asks for current() meanwhile.
  LoadedWebConfig in_force() const;

  // The next current() looks, however soon it comes. Any thread.
  void look_soon() { look_soon_ = true; }

 private:
  bool changed() const;
  void read();

  std::filesystem::path file_;
  std::shared_ptr<const WebConfig> config_;
  std::vector<FileStamp> files_;
  std::vector<ConfigFinding> bad_;  // what was wrong at the last look; empty: it is in force
  SteadyTime looked_;
  std::atomic<bool> look_soon_ = false;
  const Log& log_;
  Announce announce_;
  Clock now_;
};

}  // namespace tenantscope
