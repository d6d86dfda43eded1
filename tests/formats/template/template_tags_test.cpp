#include "formats/template/template_tags.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace tenantscope {
namespace {

// "LINE:COLUMN: message" of each.
std::vector<std::string> tag_findings(std::string_view text) {
  std::vector<std::string> shown;
  for (const TemplateFinding& finding : tags_of(text).findings)
    shown.push_back(fmt::format("{}:{}: {}", finding.line, finding.column, finding.message));
  return shown;
}

TEST(TemplateTags, AreFoundWhereTheyAre) {
  const TemplateTags found = tags_of("{{! for: slack }}\n{\"a\": \"{{ data.x }}\"\n {{#s}}{{/s}}}");
  EXPECT_TRUE(found.findings.empty());
  ASSERT_EQ(found.tags.size(), 4u);
  EXPECT_EQ(found.tags[1].name, "data.x");
  EXPECT_EQ(found.tags[1].line, 2);
  EXPECT_EQ(found.tags[1].column, 8);
  EXPECT_EQ(found.tags[2].kind, TemplateTag::Kind::section);
  EXPECT_EQ(found.tags[3].kind, TemplateTag::Kind::end);
  EXPECT_EQ(service_of(found.tags), Service::slack);
}

TEST(TemplateTags, SayForWhichServiceTheyAre) {
  EXPECT_EQ(service_of(tags_of("{{!for: teams}}{}").tags), Service::teams);
  EXPECT_EQ(service_of(tags_of("{{! teams }}{}").tags), std::nullopt);
  EXPECT_EQ(service_of(tags_of("{{! for: nobody }}{}").tags), std::nullopt);
  EXPECT_EQ(service_of(tags_of("{\"a\": \"{{id}}\"} {{! for: teams }}").tags), std::nullopt);
  EXPECT_EQ(service_of({}), std::nullopt);
}

TEST(TemplateTags, NoneLeavesAValueUnescaped) {
  for (const char* tag : {"{{{id}}}", "{{&id}}", "{{ & id }}", "{{{ id }}}"}) {
    const auto findings = tag_findings(std::string("a\n ") + tag);
    ASSERT_EQ(findings.size(), 1u) << tag;
    EXPECT_EQ(findings[0], "2:2: each value is escaped: write `{{name}}`");
  }
}

TEST(TemplateTags, NoneBringsAnotherTemplateInOrChangesTheTags) {
  EXPECT_EQ(tag_findings("{{> other }}"),
            std::vector<std::string>{"1:1: a template can't bring another one in"});
  EXPECT_EQ(tag_findings("{{=<% %>=}}<%{id}%>"),
            std::vector<std::string>{"1:1: tags are written in `{{` and `}}` only"});
}

TEST(TemplateTags, AreClosed) {
  EXPECT_EQ(tag_findings("x {{id"), std::vector<std::string>{"1:3: this tag isn't closed by `}}`"});
  EXPECT_EQ(tag_findings("x {{"), std::vector<std::string>{"1:3: this tag isn't closed by `}}`"});
  EXPECT_EQ(tag_findings("{{}}"), std::vector<std::string>{"1:1: this tag has no name"});
  EXPECT_EQ(tag_findings("{{#}}"), std::vector<std::string>{"1:1: this tag has no name"});
  EXPECT_EQ(tag_findings("{{#a}}{{id}}"),
            std::vector<std::string>{"1:1: the section `a` isn't closed"});
  EXPECT_EQ(tag_findings("{{/a}}"), std::vector<std::string>{"1:1: no section `a` is open here"});
  EXPECT_EQ(tag_findings("{{#a}}{{^b}}{{/a}}{{/b}}").size(), 2u);
}

TEST(TemplateTags, AreNoDeeperThanTheStack) {
  std::string text;
  for (int i = 0; i < 2000; ++i)
    text += "{{#a}}";
  EXPECT_NE(tag_findings(text)[0].find("16 deep at most"), std::string::npos);
}

}  // namespace
}  // namespace tenantscope
