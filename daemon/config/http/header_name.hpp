// What can be a name in HTTP (RFC 9110, 5.6.2). Pure.
#pragma once

#include <algorithm>
#include <string_view>

namespace tenantscope {

inline bool is_header_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

}  // namespace tenantscope
