// Reads what the configuration says of events by their nature: how severe each occasion is, and
// which of them a sink wants. For config/events_section.
#pragma once

#include "config/config_reader.hpp"
#include "domain/match.hpp"
#include "domain/severity.hpp"

namespace tenantscope {

Match read_match(const YamlNode& node, FileFindings& findings, FileFindings& warnings);
Severities read_severities(const YamlNode& node, FileFindings& findings);

}  // namespace tenantscope
