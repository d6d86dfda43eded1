// Requests as one client's settings say: by its proxy, with its TLS, login and headers. On one
// thread at a time.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>

#include "domain/http/http_client_settings.hpp"
#include "fetch/fetcher.hpp"
#include "fetch/oauth_login.hpp"

namespace tenantscope {

class HttpClient {
 public:
  // REQUIRES: the fetcher outlives it and its requests.
  HttpClient(Fetcher& fetcher, HttpClientSettings settings);

  // As Fetcher::fetch(). Error also: a secret can't be read (io), or there is no token. A request
  // whose token a server doesn't take is sent once more, with another one.
  static boost::asio::awaitable<Result<FetchResponse>> fetch(std::shared_ptr<HttpClient> client,
                                                             FetchRequest request);

 private:
  static boost::asio::awaitable<Result<FetchResponse>> fetch_by_token(
      std::shared_ptr<HttpClient> client, FetchRequest request);

  Fetcher* fetcher_;
  HttpClientSettings settings_;
  std::shared_ptr<OAuthLogin> login_;  // nullptr: none by token
};

}  // namespace tenantscope
