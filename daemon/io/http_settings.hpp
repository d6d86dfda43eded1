// Reads the targets of sinks that are reached over HTTP. Every secret is read and judged as well. For io/sink_list.
#pragma once

#include <filesystem>

#include "core/settings.hpp"
#include "io/config_reader.hpp"

namespace tenantscope {

WebhookSettings read_webhook(const YamlNode& node, const std::filesystem::path& folder, FileFindings& findings, FileFindings& warnings);

AlertmanagerSettings read_alertmanager(const YamlNode& node, const std::filesystem::path& folder, FileFindings& findings,
                                       FileFindings& warnings);

}  // namespace tenantscope
