#include "commands/lookup/tenant_list_yaml.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace tenantscope {
namespace {

Finding found(const char* id, std::string_view cloud, std::string_view scope,
              std::string_view sub_scope = "") {
  return {.found = true,
          .cloud = cloud,
          .tenant_id = *parse_guid(id),
          .region_scope = scope,
          .sub_scope = sub_scope};
}

const Finding agency = found("00000000-0000-0000-0000-00000000000a", "usgov", "USGov", "DODCON");
const Finding factory = found("00000000-0000-0000-0000-00000000000b", "china", "");

constexpr std::string_view about_pins =
    "# `tenant_id` pins an entry: where another tenant comes to answer to its name, the verdict "
    "stays that of the pinned one,\n"
    "# and after the usual confirmation tenantscope.expectation.changed.v1 and "
    "TenantscopeIdentityChanged tell of it. --pin=no: none.\n";

TEST(TenantListYaml, PinsNobodyWhereThatIsNotWanted) {
  EXPECT_EQ(tenant_list_yaml({{"agency.example", {{"usgov", agency}}, {}, {}}}, RuleSet::docs_2025,
                             {.pin = false}),
            "# agency.example: cloud usgov, tenant 00000000-0000-0000-0000-00000000000a, region "
            "scope USGov, sub scope DODCON, B2B supported\n"
            "- {name: agency.example, cloud: usgov}\n");
}

TEST(TenantListYaml, ListsWhatWasFoundAndSaysWhatWasNot) {
  EXPECT_EQ(
      tenant_list_yaml(
          {{"agency.example", {{"usgov", agency}}, {"global"}, {}},
           {"missing.example", {}, {"global", "usgov"}, {}},
           {"portal.example", {}, {"usgov"}, {{"global", {ErrorKind::not_json, "no JSON"}}}},
           {"two.example",
            {{"global", agency}, {"china", factory}},
            {},
            {{"usgov", {ErrorKind::dns, "nobody"}}}}},
          RuleSet::docs_2025),
      std::string(about_pins) +
          "# agency.example: cloud usgov, tenant 00000000-0000-0000-0000-00000000000a, region "
          "scope "
          "USGov, sub scope DODCON, B2B supported\n"
          "- {name: agency.example, cloud: usgov, tenant_id: "
          "00000000-0000-0000-0000-00000000000a}\n"
          "# missing.example: not found in global, usgov\n"
          "# portal.example: not found in usgov\n"
          "# portal.example: failed in global: not_json: no JSON\n"
          "# two.example is 2 different tenants, asked in global, china: keep the one that is "
          "meant\n"
          "# two.example: cloud usgov, tenant 00000000-0000-0000-0000-00000000000a, region scope "
          "USGov, sub scope DODCON, B2B supported\n"
          "- {name: two.example, cloud: global, tenant_id: 00000000-0000-0000-0000-00000000000a}\n"
          "# two.example: cloud china, tenant 00000000-0000-0000-0000-00000000000b, region scope "
          "none, "
          "B2B supported\n"
          "- {name: two.example, cloud: china, tenant_id: 00000000-0000-0000-0000-00000000000b}\n"
          "# two.example: failed in usgov: dns: nobody\n");
}

TEST(TenantListYaml, IsAListWhereNothingWasFound) {
  EXPECT_EQ(tenant_list_yaml({}, RuleSet::docs_2025), "[]\n");
  EXPECT_EQ(tenant_list_yaml({{"missing.example", {}, {"global"}, {}}}, RuleSet::docs_2025),
            "# missing.example: not found in global\n[]\n");
}

TEST(TenantListYaml, KeepsWhatIsNotFoundWhereItShall) {
  const std::vector<NameAnswers> names{
      {"missing.example", {}, {"global", "usgov"}, {}, {{"land", "DE"}}},
      {"portal.example", {}, {"usgov"}, {{"global", {ErrorKind::not_json, "no JSON"}}}}};
  EXPECT_EQ(tenant_list_yaml(names, RuleSet::docs_2025, {.keep_not_found = true}),
            "# missing.example: not found in global, usgov\n"
            "- {name: missing.example, cloud: global, labels: {land: \"DE\"}}\n"
            "# portal.example: not found in usgov\n"
            "# portal.example: failed in global: not_json: no JSON\n");
}

TEST(TenantListYaml, WritesLabelsThatNothingGetsOutOf) {
  const std::vector<NameAnswers> names{
      {"a.example",
       {{"global", agency}},
       {},
       {},
       {{"a", "b\u00fc \"c\" \\"}, {"d", "e\n- {name: evil.example}\x1b\u2028"}}}};
  EXPECT_TRUE(tenant_list_yaml(names, RuleSet::docs_2025)
                  .ends_with(", labels: {a: \"b\u00fc \\\"c\\\" \\\\\", d: \"e - {name: "
                             "evil.example}\\\\u001b\\\\u2028\"}}\n"));
}

TEST(TenantListYaml, LetsNothingFromOutsideOutOfItsComments) {
  for (const char* nasty : {"a\n- {name: evil.example}", "a\r- b", "a\xC2\x85- b",
                            "a\xE2\x80\xA8- b", "\x1b[31m", "\xFF"}) {
    std::istringstream lines(tenant_list_yaml(
        {{"a.example",
          {{"global", found("00000000-0000-0000-0000-00000000000a", "global", nasty, nasty)}},
          {},
          {}},
         {"b.example", {}, {}, {{"global", {ErrorKind::other, nasty}}}}},
        RuleSet::docs_2025));
    std::string line;
    int entries = 0;
    while (std::getline(lines, line)) {
      for (const char c : line)
        EXPECT_TRUE(c >= ' ' && c <= '~') << line;
      if (!line.starts_with("# "))
        ++entries;
    }
    EXPECT_EQ(entries, 1) << nasty;
  }
}

}  // namespace
}  // namespace tenantscope
