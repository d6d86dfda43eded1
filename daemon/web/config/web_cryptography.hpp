// Reads what `tls_server_config` says about versions, cipher suites and curves, by Go's names. For
// web/config/web_tls_settings.
#pragma once

#include "config/config_reader.hpp"
#include "web/tls/tls_context.hpp"

namespace tenantscope {

void read_cryptography(MapReader& map, TlsSettings& settings, FileFindings& findings,
                       FileFindings& warnings);

// What the settings come to, found out with the TLS that was made of them. `node`: the
// `tls_server_config`.
void judge_cryptography(SSL_CTX& tls, const TlsSettings& settings, const YamlNode& node,
                        FileFindings& findings, FileFindings& warnings);

}  // namespace tenantscope
