// Who did what, or tried to: lines with `logger=audit`, whatever the log's least level. What was
// done has a line each. What was refused may come as a flood: of an address, the first has a line
// at once, and those that follow one line a minute with their number. Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "base/time.hpp"
#include "web/request.hpp"

namespace tenantscope {

enum class LoginResult {
  success,
  failure,
  locked,  // not looked at: too many from there were wrong
};

std::string_view to_string(LoginResult result);

class AuditLog {
 public:
  using CountLogin = std::function<void(LoginResult)>;

  static constexpr std::chrono::seconds interval{60};
  static constexpr std::size_t most_addresses = 4096;  // further ones share one line

  // `count`: called for each login; may be empty.
  explicit AuditLog(const Log& log, CountLogin count = {});

  // `user`: who is configured; else empty, as what was written may be a password.
  void login(LoginResult result, const WebRequest& request, const std::string& user,
             SteadyTime now);
  // What the request asked for came to this end; its line has the request's `parameters`.
  void done(const std::string& operation, const WebRequest& request,
            const std::vector<std::string_view>& parameters, unsigned status);
  void done_by_signal(const std::string& operation, bool successful);
  // Nobody let the request do that.
  void refused(const std::string& operation, const WebRequest& request, SteadyTime now);

  // Writes the lines whose minute is over. Every few seconds, and at the end for all.
  void sweep(SteadyTime now);

 private:
  enum class Kind { login, operation };
  // Of an address, since its last line.
  struct Tally {
    std::string peer;
    std::optional<unsigned> user_id;
    std::string what;  // the user or the operation that came last
    std::uint64_t refused = 0;
    std::uint64_t locked = 0;
    SteadyTime next_line;
  };
  using Key = std::pair<Kind, std::string>;

  void gather(Kind kind, const WebRequest& request, const std::string& what, bool locked,
              SteadyTime now);
  void tell(Kind kind, Tally& tally) const;

  Log log_;
  CountLogin count_;
  std::mutex mutex_;
  std::map<Key, Tally> tallies_;
};

}  // namespace tenantscope
