// FNV-1a in 64 bits: the same in every process, unlike std::hash. Not for what an attacker chooses.
#pragma once

#include <cstdint>
#include <string_view>

namespace tenantscope {

// `so_far`: of what stands before the text.
constexpr std::uint64_t stable_hash(std::string_view text,
                                    std::uint64_t so_far = 14695981039346656037u) {
  for (const char c : text)
    so_far = (so_far ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return so_far;
}

}  // namespace tenantscope
