#include "formats/explain_json.hpp"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "domain/documents.hpp"
#include "formats/tenant_json.hpp"

namespace tenantscope {
namespace {

using documents::contoso;
using documents::fabrikam;
using documents::found;

std::string shown(const boost::json::value& value) { return boost::json::serialize(value); }

TenantFacts of_tenant(const std::string& name, std::optional<Finding> finding) {
  TenantFacts facts;
  facts.key = {.asked = "global", .name = name};
  facts.shown = name;
  facts.finding = std::move(finding);
  return facts;
}

TEST(ExplainJson, HasTheKeysOfTheContractInOrder) {
  PairFacts pair{.host = of_tenant("agency.example", found("usgov", "USGov", "", fabrikam)),
                 .guest = of_tenant("contoso.example", found("global", "NA", "", contoso)),
                 .word = {.setting = CrossCloud::enabled, .giver = WordGiver::flag, .doubt = {}}};
  const boost::json::object object =
      explain_json(explain(pair, RuleSet::docs_2026, {"global", "usgov"}));
  std::vector<std::string> keys;
  for (const auto& member : object)
    keys.emplace_back(member.key());
  EXPECT_EQ(keys,
            (std::vector<std::string>{"host", "guest", "capability", "rule", "rules", "explanation",
                                      "limits", "advice", "sources", "host_facts", "guest_facts",
                                      "cross_cloud", "cross_cloud_from", "alternatives",
                                      "clouds_asked", "clouds_not_asked", "error"}));
  EXPECT_EQ(shown(object.at("host_facts")), shown(facts_json(pair.host)));
  EXPECT_EQ(shown(object.at("guest_facts")), shown(facts_json(*pair.guest_tenant())));
  EXPECT_EQ(object.at("capability"), "supported");
  EXPECT_EQ(object.at("cross_cloud"), "enabled");
  EXPECT_EQ(object.at("cross_cloud_from"), "flag");
  for (const char* none : {"alternatives", "clouds_asked", "clouds_not_asked"})
    EXPECT_EQ(shown(object.at(none)), "[]") << none;
  EXPECT_TRUE(object.at("error").is_null());
}

TEST(ExplainJson, PointsAGuestThatIsNotFoundToOthers) {
  const PairFacts pair{.host = of_tenant("contoso.example", found("global", "NA")),
                       .guest = of_tenant("missing.example", Finding{}),
                       .word = {}};
  const boost::json::object object =
      explain_json(explain(pair, RuleSet::docs_2026, {"global", "usgov", "china"}));
  EXPECT_EQ(object.at("capability"), "unknown");
  EXPECT_EQ(shown(object.at("alternatives").as_array().at(0)),
            R"({"guest":"identity:microsoft","capability":"supported"})");
  EXPECT_EQ(shown(object.at("clouds_asked")), R"(["global"])");
  EXPECT_EQ(shown(object.at("clouds_not_asked")), R"(["usgov","china"])");
  EXPECT_EQ(object.at("cross_cloud"), "unset");
  EXPECT_TRUE(object.at("cross_cloud_from").is_null());
}

TEST(ExplainJson, HasNoFactsOfAnIdentity) {
  const PairFacts pair{.host = of_tenant("contoso.example", found("global", "NA")),
                       .guest = IdentityProvider::email_otp,
                       .word = {}};
  const boost::json::object object = explain_json(explain(pair, RuleSet::docs_2026, {"global"}));
  EXPECT_EQ(object.at("guest"), "identity:email_otp");
  EXPECT_TRUE(object.at("guest_facts").is_null());
}

}  // namespace
}  // namespace tenantscope
