// Makes a request ready as a client's settings say. Secrets are read from their files here, each
// time. Any thread; a pipe's writer is waited for 0.1 s.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "domain/http/http_client_settings.hpp"
#include "fetch/fetcher.hpp"

namespace tenantscope {

// How the server is reached: proxy and TLS. Error: a secret can't be read (io), or what the
// environment says of proxies can't be used (other). REQUIRES: the request has its URL.
std::optional<Error> equip_connection(FetchRequest& request, const HttpClientSettings& settings);

// What is said there: the login, unless that is a token, and headers. Error (io): as above.
std::optional<Error> equip_headers(FetchRequest& request, const HttpClientSettings& settings);

// A text, or what the file has now. Error (io).
Result<std::string> read_secret_source(const SecretSource& secret);

// "Authorization: Basic ..."
std::string basic_authorization(const std::string& username, const std::string& password);

}  // namespace tenantscope
