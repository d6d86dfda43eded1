// The proxy that the environment names for a URL: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, or these in
// lower case. Servers on this machine are asked without it, as Go's programs do. Any thread.
#pragma once

#include <string>

#include "base/cleansed.hpp"
#include "base/result.hpp"
#include "base/text/url.hpp"

namespace tenantscope {

struct ChosenProxy {
  std::string url = {};      // empty: none
  CleansedTexts login = {};  // username and password; empty: none
};

// Error (other): what the variable says can't be used; it isn't shown.
Result<ChosenProxy> environment_proxy(const Origin& server);

// The port that is connected to.
std::uint16_t port_of(const Origin& server);

}  // namespace tenantscope
