// How a daemon that waits for its turn takes its configuration anew: it follows that as an active
// one does, and begins anew with what comes into force, but for lists of the same tenants. On the
// first thread, but for ask().
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/reload/followed_config.hpp"
#include "app/reload/serve_config.hpp"
#include "base/log.hpp"
#include "base/time.hpp"
#include "fetch/fetcher.hpp"
#include "metrics/instruments.hpp"
#include "web/access/audit_log.hpp"

namespace tenantscope {

class StandbyConfig {
 public:
  using Done = std::function<void(std::string findings)>;  // empty: it is begun anew
  struct NewStart {
    ServeConfig config;
    std::map<std::string, std::string> lists;  // by URL
  };
  // What it begins with.
  struct Now {
    ServeConfig config;  // without its settings
    std::shared_ptr<const Settings> settings;
    std::map<std::string, std::string> lists;
  };

  // REQUIRES: what is referred to outlives it.
  StandbyConfig(const ServeOptions& options, Instruments& instruments, const Log& log, Now now,
                Duration look_every = look_at_files);
  ~StandbyConfig();

  void ask(Done done);  // any thread
  // Goes on with what is under way. `hung_up`: somebody asks by SIGHUP. True: there is one to begin
  // anew with.
  bool look(AuditLog& audit, bool hung_up);
  // Who waits for one, or asks from now on, is told so; none comes into force any more.
  void stop(const std::string& why);
  // With the web's configuration that is in force. Nothing: none has come into force.
  std::optional<NewStart> take(LoadedWebConfig web);
  bool has_taken() const { return taken_; }
  ConfigStanding standing() { return config_.reloads().standing(); }

 private:
  std::vector<Done> asked();

  const Log& log_;
  boost::asio::io_context loop_{1};
  Fetcher fetcher_;
  FollowedConfig config_;
  bool taken_ = false;
  std::mutex mutex_;
  std::vector<Done> asked_;  // guarded by mutex_
};

}  // namespace tenantscope
