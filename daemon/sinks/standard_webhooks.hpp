// Signatures by which a receiver knows that a webhook is ours and fresh:
// https://www.standardwebhooks.com. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tenantscope {

// The header webhook-signature: "v1,BASE64 v1,BASE64", one by each key. `timestamp`: seconds since
// the epoch.
std::string webhook_signature(const std::vector<std::string>& keys, std::string_view id,
                              std::int64_t timestamp, std::string_view body);

}  // namespace tenantscope
