// The OpenAPI document of what is served: openapi.json beside this, with the version filled in by
// CMake. Pure.
#pragma once

#include <string_view>

namespace tenantscope {

std::string_view openapi_json();

}  // namespace tenantscope
