// A tenant as `lookup` and the API show it. Keys in the order of the contract; what isn't known is
// null.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string_view>

#include "domain/tenant.hpp"
#include "domain/watch.hpp"

namespace tenantscope {

// `finding` is nullptr where there is no valid answer; `failure` says why, and `detail` in which
// words.
boost::json::object lookup_json(const TenantKey& key, const Finding* finding, RuleSet rules,
                                std::optional<ErrorKind> failure, std::string_view detail = {});

boost::json::object watch_json(const Watch& watch, RuleSet rules, WallTime now);

}  // namespace tenantscope
