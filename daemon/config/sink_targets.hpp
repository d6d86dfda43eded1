// Reads the targets of sinks that are reached over HTTP. Every secret is read and judged as well.
// For config/events_section.
#pragma once

#include <filesystem>

#include "config/config_reader.hpp"
#include "domain/settings.hpp"

namespace tenantscope {

WebhookSettings read_webhook(const YamlNode& node, const std::filesystem::path& folder,
                             FileFindings& findings, FileFindings& warnings);

AlertmanagerSettings read_alertmanager(const YamlNode& node, const std::filesystem::path& folder,
                                       FileFindings& findings, FileFindings& warnings);

}  // namespace tenantscope
