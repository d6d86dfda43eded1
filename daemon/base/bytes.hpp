// Units of sizes in bytes: 32 * kib.
#pragma once

#include <cstddef>

namespace tenantscope {

inline constexpr std::size_t kib = 1024;
inline constexpr std::size_t mib = 1024 * kib;

}  // namespace tenantscope
