#include "formats/page/explain_page.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/text/html.hpp"
#include "formats/page/page_samples.hpp"

namespace tenantscope {
namespace {

using samples::has;

std::string explained(const ExplainPage& page) { return explain_html(page, samples::frame()); }

ExplainPage answered() {
  PairFacts facts;
  facts.host = facts_of(samples::watch("agency.example", samples::usgov("USG")));
  facts.host.shown = "agency.example";
  Finding partner = samples::usgov("USGov");
  partner.tenant_id = *parse_guid("00000000-0000-4000-8000-00000000000b");
  TenantFacts guest = facts_of(samples::watch("partner.example", partner));
  guest.shown = "partner.example";
  facts.guest = guest;
  return {.host = "agency.example",
          .guest = "partner.example",
          .cross_cloud = "enabled",
          .explanation = explain(std::move(facts), default_rules, {"global"}),
          .host_watched = true};
}

TEST(ExplainPage, SaysTheAnswerAndWhy) {
  const ExplainPage asked = answered();
  const PairVerdict& verdict = asked.explanation->verdict;
  const std::string page = explained(asked);
  for (const std::string& part :
       {std::string("<title>agency.example invites partner.example: not_supported · tenantscope"),
        "<p>" + html(verdict.explanation) + "</p>", "<li>" + html(verdict.advice.at(0)) + "</li>",
        "Rule " + verdict.rule + " of docs-2026.",
        std::string("<a href=\"https://learn.microsoft.com/"),
        std::string("<a href=\"./tenants/agency.example?cloud=global\"><bdi>agency.example</bdi>"),
        std::string("<td data-label=\"Name\"><bdi>partner.example</bdi>, asked in global</td>"),
        std::string("<a href=\"./explain?host=partner.example&amp;guest=agency.example\">The other "
                    "way round</a>"),
        std::string("<a href=\"./api/v1/explain?host=agency.example&amp;guest=partner.example&amp;"
                    "cross_cloud=enabled\">"),
        std::string("<option value=\"enabled\" selected>"),
        std::string("<input id=\"host\" name=\"host\" type=\"text\" required "
                    "value=\"agency.example\">")})
    EXPECT_TRUE(has(page, part)) << part << "\n" << page;
  EXPECT_EQ(samples::forbidden(page), "");
}

TEST(ExplainPage, HasABlockToPaste) {
  const std::string page = explained(answered());
  const auto begin = page.find("<pre");
  const std::string block = page.substr(begin, page.find("</pre>") - begin);
  EXPECT_TRUE(has(block, "agency.example") && has(block, "|")) << block;
  EXPECT_GT(std::count(block.begin(), block.end(), '\n'), 3) << block;
}

TEST(ExplainPage, OfAnIdentityHasOneSide) {
  ExplainPage asked = answered();
  PairFacts facts;
  facts.host = asked.explanation->pair.host;
  facts.guest = IdentityProvider::google;
  asked.explanation = explain(std::move(facts), default_rules, {"global"});
  const std::string page = explained(asked);
  EXPECT_FALSE(has(page, "The other way round"));
  EXPECT_FALSE(has(page, "<th scope=\"row\">Guest</th>"));
}

TEST(ExplainPage, IsAFormWhereNothingIsAsked) {
  const std::string page = explained({});
  EXPECT_TRUE(has(page, "<title>Can A invite B? · tenantscope</title>"));
  EXPECT_TRUE(has(page, "<form method=\"get\" action=\"./explain\">"));
  EXPECT_FALSE(has(page, "<pre"));
  EXPECT_EQ(samples::forbidden(page), "");
}

TEST(ExplainPage, SaysWhyThereIsNoAnswer) {
  ExplainPage refused{.host = "a.example", .guest = "b.example", .refusal = "nobody watches it"};
  EXPECT_TRUE(has(explained(refused), "<p class=\"bad\">nobody watches it</p>"));
  EXPECT_FALSE(has(explained(refused), "Ask now"));
  EXPECT_TRUE(has(explained(refused), "--web.enable-probe"));
  refused.may_ask = true;
  EXPECT_TRUE(has(explained(refused),
                  "<a href=\"./explain?host=a.example&amp;guest=b.example&amp;ask=now\" "
                  "rel=\"nofollow\">Ask now</a>"));
}

}  // namespace
}  // namespace tenantscope
