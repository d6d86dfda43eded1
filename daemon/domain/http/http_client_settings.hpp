// How an HTTP server is asked and what lets us in there, in the form and under the names of
// Prometheus' `http_config`. Plain data, validated; written by config/http only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tenantscope {

// Where a secret is. A file is read at each use, so that it can be replaced without a reload.
struct SecretSource {
  std::filesystem::path file = {};
  std::string text = {};  // where there is no file: the secret itself, of a command's own file only

  bool wanted() const { return !file.empty() || !text.empty(); }
  bool operator==(const SecretSource&) const = default;
};

struct BasicLogin {
  std::string username = {};  // empty: no login
  SecretSource password = {};

  bool operator==(const BasicLogin&) const = default;
};

struct ProxySettings {
  std::string url = {};  // "http://proxy.example:3128"; empty: none
  BasicLogin login = {};
  std::string no_proxy = {};  // hosts that are asked without it, as domain/http/no_proxy reads them
  bool from_environment = false;  // HTTPS_PROXY, HTTP_PROXY and NO_PROXY in place of the above

  bool operator==(const ProxySettings&) const = default;
};

enum class LeastTls : std::uint8_t { tls12, tls13 };

// Files are read anew where they have changed.
struct TlsClientSettings {
  std::string ca_file = {};    // extra trust, beside the system's; empty: none
  std::string cert_file = {};  // our own certificate and its chain; empty: none
  std::string key_file = {};
  std::string server_name = {};  // asked for and verified in place of the URL's host; empty: that
  LeastTls min_version = LeastTls::tls12;

  bool operator==(const TlsClientSettings&) const = default;
};

// "Authorization: TYPE CREDENTIALS"
struct AuthorizationSettings {
  std::string type = "Bearer";
  SecretSource credentials = {};

  bool operator==(const AuthorizationSettings&) const = default;
};

// A token that is asked for with the client's own credentials (RFC 6749, 4.4).
struct OAuth2Settings {
  std::string client_id = {};  // empty: none is asked for
  SecretSource client_secret = {};
  std::string token_url = {};
  std::vector<std::string> scopes = {};

  bool operator==(const OAuth2Settings&) const = default;
};

struct HttpHeaderSettings {
  std::string name = {};
  std::vector<std::string> values = {};
  std::vector<std::filesystem::path> files = {};  // each with one value more, read at each use

  bool operator==(const HttpHeaderSettings&) const = default;
};

// Of the ways to log in there is one at most.
struct HttpClientSettings {
  ProxySettings proxy = {};
  TlsClientSettings tls = {};
  BasicLogin basic_auth = {};
  AuthorizationSettings authorization = {};
  OAuth2Settings oauth2 = {};
  std::vector<HttpHeaderSettings> headers = {};

  bool operator==(const HttpClientSettings&) const = default;
};

}  // namespace tenantscope
