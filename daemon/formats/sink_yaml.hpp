// The target of a sink, as YAML of the configuration on one line, with secrets masked. Pure.
#pragma once

#include <string>

#include "domain/settings.hpp"

namespace tenantscope {

// "webhook: {...}"
std::string sink_target_yaml(const SinkTarget& target);

}  // namespace tenantscope
