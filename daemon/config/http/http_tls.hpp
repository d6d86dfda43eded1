// Reads `tls_config` of an HTTP client: whom it trusts, and its own certificate. For
// config/http/http_client, and the certificate for config/storage_section.
#pragma once

#include <string_view>

#include "config/http/http_place.hpp"
#include "domain/http/http_client_settings.hpp"

namespace tenantscope {

// REQUIRES: both are literals.
struct OwnPairKeys {
  std::string_view certificate;
  std::string_view key;
};

// A client's own certificate and its key, which need each other, into `tls`.
void read_own_pair(MapReader& map, OwnPairKeys keys, TlsClientSettings& tls,
                   const HttpPlace& place);

TlsClientSettings read_tls_client(const YamlNode& node, const HttpPlace& place);

}  // namespace tenantscope
