// Reads `http_headers`: what an HTTP client says beside what it has to. For
// config/http/http_client.
#pragma once

#include <vector>

#include "config/http/http_place.hpp"
#include "domain/http/http_client_settings.hpp"

namespace tenantscope {

// In their order. Findings never say a value.
std::vector<HttpHeaderSettings> read_http_headers(const YamlNode& node, const HttpPlace& place);

}  // namespace tenantscope
