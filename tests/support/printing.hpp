// How GoogleTest shows what tests compare.
#pragma once

#include <ostream>

#include "base/result.hpp"

namespace tenantscope {

inline void PrintTo(ErrorKind kind, std::ostream* out) { *out << to_string(kind); }

}  // namespace tenantscope
