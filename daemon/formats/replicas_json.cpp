#include "formats/replicas_json.hpp"

#include <boost/json/array.hpp>

namespace tenantscope {
namespace {

namespace json = boost::json;

json::object replica_json(const Replica& replica, const Replicas& replicas) {
  const Replica* const active = replicas.active();
  return {{"name", replica.name},
          {"url", replica.url.empty() ? json::value(nullptr) : json::value(replica.url)},
          {"version", replica.version},
          {"state", replica.state ? json::value(to_string(*replica.state)) : json::value(nullptr)},
          {"since", rfc3339(replica.since)},
          {"active", replica.active},
          {"live", replica.live},
          {"lease_end", rfc3339(replica.lease_end)},
          {"behind", replicas.behind(replica)},
          {"config", replica.config},
          {"config_matches",
           active ? json::value(replica.config == active->config) : json::value(nullptr)}};
}

}  // namespace

json::object replicas_json(const Replicas& replicas, const std::string& self) {
  json::array all;
  for (const Replica& replica : replicas.all)
    all.push_back(replica_json(replica, replicas));
  return {{"self", self},
          {"time", rfc3339(replicas.now)},
          {"head", replicas.head},
          {"replicas", std::move(all)}};
}

}  // namespace tenantscope
