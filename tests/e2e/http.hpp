// A tiny HTTP client (libcurl) for what the end-to-end tests ask: the daemon, the simulator,
// Prometheus. Blocking; on any thread.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace tenantscope::e2e {

struct HttpAnswer {
  int status = 0;
  std::string content_type;
  std::string body;                            // decoded
  std::map<std::string, std::string> headers;  // names in lower case
};

// There was none: refused, cut, or too late.
struct NoAnswer : std::runtime_error {
  using std::runtime_error::runtime_error;
};

HttpAnswer http(const std::string& method, const std::string& url, const std::string& body = "",
                const std::vector<std::string>& headers = {});

inline HttpAnswer http_get(const std::string& url, const std::vector<std::string>& headers = {}) {
  return http("GET", url, "", headers);
}

std::string url_encoded(const std::string& text);

}  // namespace tenantscope::e2e
