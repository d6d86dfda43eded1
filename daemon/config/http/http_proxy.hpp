// Reads by which proxy an HTTP client asks: `proxy_url`, `proxy_basic_auth`, `no_proxy` and
// `proxy_from_environment`. For config/http/http_client.
#pragma once

#include "config/http/http_place.hpp"
#include "domain/http/http_client_settings.hpp"

namespace tenantscope {

ProxySettings read_proxy(MapReader& map, const HttpPlace& place);

}  // namespace tenantscope
