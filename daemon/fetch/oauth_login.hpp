// A login by tokens that are asked for at a server of their own: one is kept until shortly before
// it ends, and who needs one meanwhile waits for the one that is being asked for. On one thread at
// a time.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/callback.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "domain/http/http_client_settings.hpp"
#include "fetch/fetcher.hpp"

namespace tenantscope {

class OAuthLogin {
 public:
  // The token is asked for by the way that `settings` say, proxy and TLS. REQUIRES: the fetcher
  // outlives it and who waits.
  OAuthLogin(Fetcher& fetcher, HttpClientSettings settings);
  ~OAuthLogin();
  OAuthLogin(const OAuthLogin&) = delete;
  OAuthLogin& operator=(const OAuthLogin&) = delete;

  // Each of two questions at most has `timeout`. Error: why there is none.
  static boost::asio::awaitable<Result<std::string>> token(std::shared_ptr<OAuthLogin> login,
                                                           Duration timeout);

  // A server didn't take `token`: it is given to nobody any more.
  void forget(const std::string& token);

 private:
  struct Asking;

  bool has_good_token() const;
  void keep(const std::string& token, std::optional<Duration> lifetime, SteadyTime asked);
  static boost::asio::awaitable<Result<std::string>> ask(std::shared_ptr<OAuthLogin> login,
                                                         Duration timeout);

  Fetcher* fetcher_;
  HttpClientSettings settings_;
  std::string token_;  // empty: none
  SteadyTime good_until_ = SteadyTime::max();
  std::optional<bool> in_body_;  // how the server takes credentials, once it has
  bool asking_ = false;
  std::vector<Callback<Result<std::string>>> waiting_;
};

}  // namespace tenantscope
