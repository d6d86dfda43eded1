// Whether long work has become needless: asked again and again by the work, which then ends early.
// On the thread of the work.
#pragma once

#include <functional>

namespace tenantscope {

using Cancelled = std::function<bool()>;  // empty: never

inline bool is_cancelled(const Cancelled& cancelled) { return cancelled && cancelled(); }

}  // namespace tenantscope
