// Basic authentication: who sends the name and password of a configured user may go on. A login
// that was right once is known again at its address, without its hash being computed and whatever
// others try there; wrong ones cost the same whether the user exists or not. On the web server's
// thread.
#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/cleansed.hpp"
#include "base/time.hpp"
#include "base/token_bucket.hpp"
#include "web/access/audit_log.hpp"
#include "web/access/login_failures.hpp"
#include "web/access/password_thread.hpp"
#include "web/server.hpp"

namespace tenantscope {

struct Credentials {
  std::string user;
  std::string password;

  ~Credentials() { cleanse(password); }
};

// What an Authorization header holds; nothing where it isn't Basic, or can't be the password of
// anybody: one with a NUL, or longer than bcrypt looks.
std::optional<Credentials> parse_basic(std::string_view authorization);

class WebLogin {
 public:
  using Users = std::map<std::string, std::string>;  // names to hashes
  using Clock = std::function<SteadyTime()>;

  // Where a user is known, so many wrong ones are compared at once, then one each interval; more
  // are limited as they are where the user isn't.
  static constexpr int guesses = 100;
  static constexpr std::chrono::milliseconds guess_interval{100};
  static constexpr std::size_t most_networks = 256;  // of a user; then the one of longest ago goes

  // What came of a request's login.
  struct Judgement {
    std::optional<WebResponse> refusal;
    std::string user;  // who may go on, where it isn't refused
  };

  // REQUIRES: `audit` outlives it.
  WebLogin(AuditLog& audit, PasswordThread::Check check, Clock now);

  // REQUIRES: `users` isn't empty.
  boost::asio::awaitable<Judgement> judge(WebRequest request, std::shared_ptr<const Users> users);

  // As PasswordThread::stop().
  void stop() { passwords_.stop(); }

 private:
  using Seal = std::array<unsigned char, 32>;
  // A login that was right.
  struct Known {
    Seal seal;
    SteadyTime used;  // last
    TokenBucket compared{guess_interval, guesses};
  };
  using Networks = std::map<std::string, Known>;

  Seal seal(std::string_view text) const;
  Seal seal_of(const Credentials& credentials, const std::string& hash) const;
  void forget_others(const Users& users);
  bool known(const std::string& user, const std::string& network, const Seal& seal);
  void remember(const std::string& user, const std::string& network, const Seal& seal);
  const std::string& stand_in(const Users& users, const std::string& user) const;
  WebResponse fail(const WebRequest& request, const std::string& user);
  WebResponse lock_out(const WebRequest& request, const std::string& user, std::string_view name);

  AuditLog& audit_;
  Clock now_;
  Seal key_;
  Users users_;                            // whose logins are known
  std::map<std::string, Networks> known_;  // by user
  LoginFailures failures_;
  PasswordThread passwords_;
};

}  // namespace tenantscope
