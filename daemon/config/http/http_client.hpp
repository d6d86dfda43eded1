// Reads how an HTTP server is asked, in the one form that all who ask have: clouds, `tenant_urls`,
// sinks and --http.config.file. Every file that is named is read and judged as well.
#pragma once

#include "config/http/http_place.hpp"
#include "domain/http/http_client_settings.hpp"

namespace tenantscope {

// The keys of the form among those of a map that has others, too.
HttpClientSettings read_http_client(MapReader& map, const HttpPlace& place);

// Proxy and TLS alone: nothing secret goes to an authority. The other keys are refused.
HttpClientSettings read_authority_client(MapReader& map, const HttpPlace& place);

}  // namespace tenantscope
