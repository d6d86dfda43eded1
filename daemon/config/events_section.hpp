// Reads `events:` of the configuration: the journal's settings and the sinks. For
// config/config_file.
#pragma once

#include <filesystem>

#include "config/config_reader.hpp"
#include "domain/settings.hpp"

namespace tenantscope {

// Certificates and secrets are relative to `folder`, or handed over by the supervisor; the files of
// file sinks are the storage's matter.
EventSettings read_events(const YamlNode& node, const std::filesystem::path& folder,
                          FileFindings& findings, FileFindings& warnings);

}  // namespace tenantscope
