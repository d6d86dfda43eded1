// Reads `tls_config` of an HTTP client: whom it trusts, and its own certificate. For
// config/http/http_client.
#pragma once

#include "config/http/http_place.hpp"
#include "domain/http/http_client_settings.hpp"

namespace tenantscope {

TlsClientSettings read_tls_client(const YamlNode& node, const HttpPlace& place);

}  // namespace tenantscope
