// A server that is asked under another name than its URL's: that name is told and verified at the
// TLS handshake, while the URL's host is connected to and asked for. Pure.
#pragma once

#include <string>

namespace tenantscope {

struct NamedServer {
  std::string url;         // with that name
  std::string connect_to;  // as CURLOPT_CONNECT_TO has it
  std::string host;        // "Host: ...", which a request has to have then
};

// REQUIRES: `url` begins with https://, and `name` is a host's.
NamedServer named_server(const std::string& url, const std::string& name);

}  // namespace tenantscope
