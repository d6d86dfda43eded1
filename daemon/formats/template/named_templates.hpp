// The templates that come with the program, as they stand in config/templates/. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "formats/template/service.hpp"

namespace tenantscope {

// Nothing: there is none for it.
std::optional<std::string_view> named_template(std::string_view name);

// For people: "`slack`, `teams` or `pagerduty`".
inline constexpr std::string_view template_names = "`slack`, `teams` and `pagerduty`";

}  // namespace tenantscope
