// A certificate or key of the web's configuration, written in it or in a file of its own. For
// web/config/web_tls_settings.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/config_reader.hpp"
#include "web/config/web_tls_settings.hpp"

namespace tenantscope {

// REQUIRES: both are literals.
struct PemKeys {
  std::string_view text;
  std::string_view file;
};

struct PemSource {
  const YamlNode* node = nullptr;
  std::string name;  // for messages: "`cert`" or "`cert_file` `/etc/web.pem`"
  std::string text;
};

// What one of the keys leads to; nothing where none is there, or it can't be read.
std::optional<PemSource> read_pem_source(MapReader& map, PemKeys keys, WebConfigInputs inputs,
                                         FileFindings& findings);

}  // namespace tenantscope
