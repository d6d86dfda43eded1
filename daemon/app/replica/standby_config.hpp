// How a daemon that waits for its turn takes its configuration anew: where somebody asks for it
// (SIGHUP, POST /-/reload) or its files have changed and are at rest it is read, and with what has
// no errors the daemon begins anew. Of anything else the last good one stays. On the first thread,
// but for ask().
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/daemon.hpp"
#include "app/reload/file_looks.hpp"
#include "app/reload/serve_config.hpp"
#include "base/callback.hpp"
#include "base/log.hpp"
#include "base/time.hpp"
#include "metrics/instruments.hpp"
#include "web/access/audit_log.hpp"

namespace tenantscope {

class StandbyConfig {
 public:
  using Done = std::function<void(std::string findings)>;  // empty: it is begun anew
  struct Signals {
    std::function<bool()> stop;     // has come
    std::function<bool()> hung_up;  // SIGHUP has, since it was asked last
  };
  struct NewStart {
    ServeConfig config;
    std::map<std::string, std::string> lists;  // by URL, those that were kept
  };

  // `now`: what is in force. REQUIRES: what is referred to outlives it.
  StandbyConfig(const ServeOptions& options, Signals signals, Instruments& instruments,
                const Log& log, const ServeConfig& now)
      : StandbyConfig(options, std::move(signals), instruments, log, now, std::chrono::seconds(5)) {
  }
  // `look`: how often at the files.
  StandbyConfig(const ServeOptions& options, Signals signals, Instruments& instruments,
                const Log& log, const ServeConfig& now, Duration look);

  void ask(Done done);  // any thread
  // True: there is one to begin anew with.
  bool look(AuditLog& audit);
  void refuse_rest(const std::string& why);  // who has asked since
  std::optional<NewStart> take() { return std::exchange(taken_, std::nullopt); }
  bool has_taken() const { return taken_.has_value(); }
  const ConfigStanding& standing() const { return standing_; }

 private:
  std::vector<FileStamp> files() const;
  bool have_changed();
  std::vector<Done> asked();
  NewStart read() const;
  std::string judge(NewStart& start, bool wanted);
  void refuse(const NewStart& start, bool wanted);

  const ServeOptions& options_;
  const Signals signals_;
  Instruments& instruments_;
  const Log& log_;
  const ServeConfig& now_;
  const Duration look_;
  FileLooks looks_;
  std::vector<FileStamp> seen_;
  SteadyTime next_look_;
  ConfigStanding standing_;
  std::string told_;  // findings of files that have changed
  std::optional<NewStart> taken_;
  std::mutex mutex_;
  std::vector<Done> asked_;  // guarded by mutex_
};

}  // namespace tenantscope
