// Who shares a ledger, as the API has it. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "domain/replica.hpp"

namespace tenantscope {

// `self`: the name of the one that answers.
boost::json::object replicas_json(const Replicas& replicas, const std::string& self);

}  // namespace tenantscope
