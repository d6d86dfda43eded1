// Stands before what answers requests, and enforces the web's configuration as it is at the moment:
// names, rate limit, logins, headers. What comes over the control socket is neither limited nor
// asked for a name or a login. On the web server's thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "base/clock.hpp"
#include "base/token_bucket.hpp"
#include "web/access/audit_log.hpp"
#include "web/access/bcrypt.hpp"
#include "web/access/host_names.hpp"
#include "web/access/web_login.hpp"
#include "web/config/web_config.hpp"
#include "web/server.hpp"

namespace tenantscope {

// Whether /-/healthy and /-/ready want a login. Without one they say a fixed word.
enum class HealthLogin { wanted, none };

class WebGuard {
 public:
  using Source = std::function<std::shared_ptr<const WebConfig>()>;
  using Clock = std::function<SteadyTime()>;

  // As flags say it, for as long as the process runs.
  struct Flags {
    HealthLogin health = HealthLogin::wanted;
    HostNames hosts;
  };

  // REQUIRES: `config` never gives nullptr; `audit` outlives it.
  WebGuard(WebHandler guarded, Source config, AuditLog& audit, Flags flags,
           PasswordThread::Check check = bcrypt_matches, Clock now = steady_now);

  boost::asio::awaitable<WebResponse> answer(WebRequest request);

  // Logins under way are dropped, and the executors of answer() aren't used any more once it
  // returns. REQUIRES: no answer() comes after it.
  void stop() { login_.stop(); }

 private:
  std::optional<WebResponse> refuse_name(const WebRequest& request) const;
  std::optional<WebResponse> refuse_too_many(const WebConfig& config);
  bool is_open(const WebRequest& request) const;

  WebHandler guarded_;
  Source config_;
  Flags flags_;
  Clock now_;
  std::optional<WebRateLimit> limit_;  // what bucket_ was made for
  std::optional<TokenBucket> bucket_;
  WebLogin login_;
};

}  // namespace tenantscope
