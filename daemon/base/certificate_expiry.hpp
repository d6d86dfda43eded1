// When an X.509 certificate ends.
#pragma once

#include <openssl/types.h>

#include <optional>

#include "base/time.hpp"

namespace tenantscope {

// Nothing: `certificate` is nullptr, or its time isn't one.
std::optional<WallTime> certificate_expiry(const X509* certificate);

}  // namespace tenantscope
