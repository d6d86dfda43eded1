// A tenant as `lookup` and the API show it. Keys in the order of the contract; what isn't known is
// null.
#pragma once

#include <boost/json/object.hpp>

#include "domain/explanation.hpp"
#include "domain/watch.hpp"

namespace tenantscope {

// tenant, asked, found, cloud, environment, tenant_id, region_scope, sub_scope, seen, error.
boost::json::object facts_json(const TenantFacts& facts);

boost::json::object lookup_json(const TenantFacts& facts, RuleSet rules);

boost::json::object watch_json(const Watch& watch, RuleSet rules, WallTime now);

}  // namespace tenantscope
