// Reads `tls_server_config` of the web's configuration: certificates, keys and who may connect, as
// far as to the SSL_CTX. For web/config/web_config_file.
#pragma once

#include <openssl/types.h>

#include <filesystem>
#include <memory>
#include <vector>

#include "base/file_stamp.hpp"
#include "config/config_reader.hpp"

namespace tenantscope {

// The files that a configuration names are relative to `folder`. Each is put down in `files` just
// before it is read.
struct WebConfigInputs {
  std::filesystem::path folder;
  std::vector<FileStamp>& files;
};

// nullptr: there are findings.
std::shared_ptr<SSL_CTX> read_tls_settings(const YamlNode& node, WebConfigInputs inputs,
                                           FileFindings& findings, FileFindings& warnings);

}  // namespace tenantscope
