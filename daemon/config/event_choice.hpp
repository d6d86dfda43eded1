// Reads what the configuration says of events by their nature: how severe each occasion is, and which of them a sink wants.
// For config/events_section.
#pragma once

#include "domain/match.hpp"
#include "domain/severity.hpp"
#include "config/config_reader.hpp"

namespace tenantscope {

Match read_match(const YamlNode& node, FileFindings& findings);
Severities read_severities(const YamlNode& node, FileFindings& findings);

}  // namespace tenantscope
