// How one request went on the wire, for people who look for what is wrong.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace tenantscope {

// Each instant in seconds since the request began, as curl_easy_getinfo(3) counts them; 0: not
// reached, or not needed on a kept connection.
struct RequestTrace {
  using Seconds = std::chrono::duration<double>;

  Seconds dns{};
  Seconds connect{};
  Seconds tls{};
  Seconds first_byte{};
  Seconds total{};
  bool kept_connection = false;
  // When the certificate ends that the server showed; only where a connection was opened.
  std::optional<WallTime> certificate_expiry;
  std::vector<std::string> headers;  // of the answer, "Name: value"; only where they were asked for
};

}  // namespace tenantscope
