#include "formats/answers.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace tenantscope {
namespace {

const boost::json::array looked_up = boost::json::parse(R"([
  {"tenant": "a.example", "asked": "global", "found": true, "cloud": "global",
   "environment": "commercial", "tenant_id": "00000000-0000-0000-0000-00000000000a",
   "region_scope": "NA", "sub_scope": "", "b2b": "supported", "rule": "global", "rules": "docs-2026",
   "explanation": "It is open.", "source": "A page", "limits": ["Not SharePoint."], "error": null},
  {"tenant": "b.example", "asked": "global", "found": null, "cloud": null, "environment": "unknown",
   "tenant_id": null, "region_scope": null, "sub_scope": null, "b2b": "unknown",
   "rule": "unanswered", "rules": "docs-2026", "explanation": "It couldn't be asked.",
   "source": "A page", "limits": [], "error": "dns"},
  {"tenant": "=c|d", "asked": "global", "found": true, "cloud": "global",
   "environment": "commercial", "tenant_id": "00000000-0000-0000-0000-00000000000c",
   "region_scope": "EU", "sub_scope": "", "b2b": "supported", "rule": "global",
   "rules": "docs-2026", "explanation": "It is open.", "source": "A page",
   "limits": ["Not SharePoint.", "Only *c*."], "error": null}])")
                                         .as_array();

TEST(Answers, AreATableWithEachRulesWordsOnce) {
  EXPECT_EQ(
      lookups(looked_up, AnswerForm::text),
      R"(tenant     asked   b2b        environment  region_scope  tenant_id                             rule        error
a.example  global  supported  commercial   NA            00000000-0000-0000-0000-00000000000a  global
b.example  global  unknown    unknown                                                          unanswered  dns
=c|d       global  supported  commercial   EU            00000000-0000-0000-0000-00000000000c  global

global of docs-2026
  why       It is open.
  limit     Not SharePoint.
  limit     =c|d: Only *c*.
  source    A page

unanswered of docs-2026
  why       It couldn't be asked.
  source    A page

The environment says where the directory lives; it proves no licence, compliance or residency.
)");
}

TEST(Answers, AreMarkdown) {
  EXPECT_EQ(
      lookups(looked_up, AnswerForm::markdown),
      R"(| tenant | asked | b2b | environment | region_scope | sub_scope | tenant_id | seen | rule | error |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
| a.example | global | supported | commercial | NA |  | 00000000-0000-0000-0000-00000000000a |  | global |  |
| b.example | global | unknown | unknown |  |  |  |  | unanswered | dns |
| =c\|d | global | supported | commercial | EU |  | 00000000-0000-0000-0000-00000000000c |  | global |  |

**global of docs-2026**

* why: It is open.
* limit: Not SharePoint.
* limit: =c\|d: Only \*c\*.
* source: A page

**unanswered of docs-2026**

* why: It couldn't be asked.
* source: A page

The environment says where the directory lives; it proves no licence, compliance or residency.
)");
}

TEST(Answers, AreCsvWithTheirWordsInEachRow) {
  const std::string text = lookups(looked_up, AnswerForm::csv);
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "tenant,asked,found,cloud,environment,tenant_id,region_scope,sub_scope,b2b,rule,rules,"
            "explanation,source,limits,seen,error");
  EXPECT_NE(text.find("\nb.example,global,,,unknown,,,,unknown,unanswered,docs-2026,It couldn't "
                      "be asked.,A page,,,dns\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\n'=c|d,global,true,"), std::string::npos) << text;
  EXPECT_NE(text.find("\"Not SharePoint.\nOnly *c*.\""), std::string::npos) << text;
}

TEST(Answers, OfPairsAreToldApartByTheirGuests) {
  const boost::json::array pairs = boost::json::parse(R"([
  {"host": "h.example", "guest": "a.example", "capability": "conditional", "rule": "pair",
   "rules": "docs-2026", "explanation": "It depends.", "limits": [], "advice": ["Add a."],
   "sources": ["A page"], "error": null,
   "host_facts": {"environment": "dod"}, "guest_facts": null},
  {"host": "h.example", "guest": "b.example", "capability": "conditional", "rule": "pair",
   "rules": "docs-2026", "explanation": "It depends.", "limits": [], "advice": ["Add b."],
   "sources": ["A page"], "error": null,
   "alternatives": [{"guest": "identity:google", "capability": "supported"}],
   "clouds_asked": ["global"], "clouds_not_asked": ["usgov", "china"]}])")
                                       .as_array();
  EXPECT_EQ(explanations(pairs, AnswerForm::text),
            R"(host       guest      capability   host_environment  guest_environment  rule  error
h.example  a.example  conditional  dod                                  pair
h.example  b.example  conditional                                       pair

pair of docs-2026
  why       It depends.
  to do     a.example: Add a.
  to do     b.example: Add b.
  source    A page
  or invite b.example: identity:google: supported, with a Gmail address, once the federation is set up
  asked     b.example: global; not asked: usgov, china

The environment says where the directory lives; it proves no licence, compliance or residency.
)");
}

}  // namespace
}  // namespace tenantscope
