// What --web.config.file says, in the exporter-toolkit's format, validated: who may connect and
// how.
#pragma once

#include <openssl/types.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tenantscope {

// A token bucket for all requests together: one token an `interval`, at most `burst` of them.
struct WebRateLimit {
  std::chrono::nanoseconds interval{};
  int burst = 0;

  bool operator==(const WebRateLimit&) const = default;
};

struct WebConfig {
  std::shared_ptr<SSL_CTX> tls;       // nullptr: plain HTTP
  bool trusted_clients_only = false;  // each has to show a certificate that is trusted
  std::vector<std::pair<std::string, std::string>> headers;  // sent with every answer
  std::map<std::string, std::string> basic_auth_users;  // name to bcrypt hash; empty: everybody may
  std::optional<WebRateLimit> rate_limit;
};

}  // namespace tenantscope
