// How an HTTP server is asked, as YAML that reads back as the same, but for headers' values, which
// are masked. Pure.
#pragma once

#include <string>

#include "domain/http/http_client_settings.hpp"

namespace tenantscope {

// "proxy_url: ..., tls_config: {...}, ...": the proxy's URL and TLS always, the rest where it is
// there.
std::string http_client_keys(const HttpClientSettings& client);

}  // namespace tenantscope
