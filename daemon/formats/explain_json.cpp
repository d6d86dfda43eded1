#include "formats/explain_json.hpp"

#include <boost/json/array.hpp>

#include <fmt/format.h>

#include "formats/json.hpp"
#include "formats/tenant_json.hpp"

namespace tenantscope {
namespace {

boost::json::array alternatives_json(const std::vector<Alternative>& alternatives) {
  boost::json::array list;
  for (const Alternative& one : alternatives)
    list.push_back(boost::json::object{{"guest", fmt::format("identity:{}", to_string(one.guest))},
                                       {"capability", to_string(one.capability)}});
  return list;
}

boost::json::array names_json(const std::vector<std::string>& names) {
  return boost::json::array(names.begin(), names.end());
}

}  // namespace

boost::json::object explain_json(const Explanation& explanation) {
  const PairFacts& pair = explanation.pair;
  const TenantFacts* const guest = pair.guest_tenant();
  const auto failure = pair.failure();
  boost::json::object object{{"host", pair.host.shown}, {"guest", pair.guest_shown()}};
  for (const auto& member : pair_verdict_json(explanation.verdict))
    object.emplace(member.key(), member.value());
  object.emplace("host_facts", facts_json(pair.host));
  object.emplace("guest_facts", guest ? boost::json::value(facts_json(*guest)) : nullptr);
  object.emplace("cross_cloud", to_string(pair.word.setting));
  object.emplace("cross_cloud_from",
                 pair.word.giver ? boost::json::value(to_string(*pair.word.giver)) : nullptr);
  object.emplace("alternatives", alternatives_json(explanation.alternatives));
  object.emplace("clouds_asked", names_json(explanation.clouds_asked));
  object.emplace("clouds_not_asked", names_json(explanation.clouds_not_asked));
  object.emplace("error", failure ? boost::json::value(to_string(*failure)) : nullptr);
  return object;
}

}  // namespace tenantscope
