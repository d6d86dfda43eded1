// Whether strangers can reach the web server.
#pragma once

#include <string>
#include <vector>

#include "web/config/web_config.hpp"

namespace tenantscope {

struct Exposure {
  std::vector<std::string> addresses;  // that other machines reach
  std::string lacking;                 // "TLS", "a login" or both
  explicit operator bool() const { return !addresses.empty() && !lacking.empty(); }
};

// `addresses`: as they are bound. A trusted certificate that every client must show is a login.
Exposure exposure_of(const std::vector<std::string>& addresses, const WebConfig& config);

}  // namespace tenantscope
