#include "formats/explain_json.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

#include <fmt/format.h>

#include "formats/json.hpp"
#include "formats/tenant_json.hpp"

namespace tenantscope {
namespace {

constexpr std::string_view prefix = "identity:";

std::string_view for_whom(IdentityProvider identity) {
  switch (identity) {
    case IdentityProvider::microsoft:
      return ", with a personal Microsoft account";
    case IdentityProvider::google:
      return ", with a Gmail address, once the federation is set up";
    case IdentityProvider::email_otp:
      return ", of users without a Microsoft Entra or Microsoft account, unless the host has "
             "turned it off";
    case IdentityProvider::saml:
      return ", once the federation is set up, of organisations without a Microsoft Entra tenant";
  }
  return "";
}

boost::json::array alternatives_json(const std::vector<Alternative>& alternatives) {
  boost::json::array list;
  for (const Alternative& one : alternatives)
    list.push_back(boost::json::object{{"guest", fmt::format("{}{}", prefix, to_string(one.guest))},
                                       {"capability", to_string(one.capability)}});
  return list;
}

boost::json::array names_json(const std::vector<std::string>& names) {
  return boost::json::array(names.begin(), names.end());
}

}  // namespace

std::string alternative_shown(const boost::json::object& alternative) {
  const std::string_view guest = alternative.at("guest").as_string();
  const auto identity =
      parse_identity_provider(guest.substr(std::min(guest.size(), prefix.size())));
  return fmt::format("{}: {}{}", guest, std::string_view(alternative.at("capability").as_string()),
                     identity ? for_whom(*identity) : "");
}

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
