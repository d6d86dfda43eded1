// Reads what the configuration says of events by their nature: how severe each occasion is, and which of them a sink wants.
// For io/sink_list.
#pragma once

#include "core/match.hpp"
#include "core/severity.hpp"
#include "io/config_reader.hpp"

namespace tenantscope {

Match read_match(const YamlNode& node, FileFindings& findings);
Severities read_severities(const YamlNode& node, FileFindings& findings);

}  // namespace tenantscope
