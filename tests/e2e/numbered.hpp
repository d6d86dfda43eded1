// Tenants by number, whose region scope goes through values by number: what tests that kill and
// break things play with.
#pragma once

#include <string>

#include <fmt/format.h>

namespace tenantscope::e2e {

inline std::string tenant(int number) { return fmt::format("tenant{}.example", number); }
inline std::string value(int number) { return fmt::format("V{}", number); }

// A scenario of so many tenants, all at the first value.
inline std::string numbered_scenario(int tenants) {
  std::string text = "tenants:\n";
  for (int i = 0; i < tenants; ++i)
    text += fmt::format("  - {{name: {}, region_scope: {}}}\n", tenant(i), value(0));
  return text;
}

// `tenants:` of the configuration that watches them.
inline std::string numbered_tenants(int tenants) {
  std::string text = "tenants:\n";
  for (int i = 0; i < tenants; ++i)
    text += fmt::format("  - {{name: {}}}\n", tenant(i));
  return text;
}

}  // namespace tenantscope::e2e
