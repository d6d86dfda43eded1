#include "formats/template/service.hpp"

#include <gtest/gtest.h>

#include "base/text/utf8.hpp"
#include "support/hostile_text.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t enough = 1000;

TEST(Service, HasANameEach) {
  for (const Service service : services)
    EXPECT_EQ(service_named(to_string(service)), service);
  EXPECT_EQ(service_named("mattermost"), std::nullopt);
}

TEST(Service, SlackObeysThreeCharacters) {
  EXPECT_EQ(marked_up("<!channel> & <@U1> <https://evil|x>", Service::slack, enough),
            "&lt;!channel&gt; &amp; &lt;@U1&gt; &lt;https://evil|x&gt;");
}

TEST(Service, TeamsObeysMarkdown) {
  EXPECT_EQ(marked_up("[click](https://evil) **b** _i_ `c`", Service::teams, enough),
            R"(\[click\]\(https://evil\) \*\*b\*\* \_i\_ \`c\`)");
  EXPECT_EQ(marked_up("{{DATE(2017-02-14T06:00:00Z, SHORT)}}", Service::teams, enough),
            R"(\{\{DATE\(2017-02-14T06:00:00Z, SHORT\)\}\})");
  EXPECT_EQ(marked_up("<at>x</at> a\\b", Service::teams, enough), R"(\<at\>x\</at\> a\\b)");
}

TEST(Service, ADashMarksAListWhereATextBegins) {
  EXPECT_EQ(marked_up("- a-b", Service::teams, enough), R"(\- a-b)");
  EXPECT_EQ(marked_up("+1", Service::teams, enough), R"(\+1)");
  EXPECT_EQ(marked_up("agency-one.example", Service::teams, enough), "agency-one.example");
}

TEST(Service, OthersObeyNothing) {
  const std::string text = "<!channel> [click](https://evil) & \\ \"";
  EXPECT_EQ(marked_up(text, Service::pagerduty, enough), text);
  EXPECT_EQ(marked_up(text, Service::other, enough), text);
}

TEST(Service, WhatIsntVisibleIsAnEscape) {
  for (const Service service : services)
    for (const std::string& text : every_character())
      EXPECT_EQ(raw_in(marked_up(text, service, text.size() * 12), ""), "") << to_string(service);
  EXPECT_EQ(marked_up("a\u202egnp.exe", Service::slack, enough), "a\\u202egnp.exe");
  EXPECT_EQ(marked_up("\u0627\u0644 \U0001f680", Service::slack, enough),
            "\u0627\u0644 \U0001f680");
}

TEST(Service, CutsBetweenCharacters) {
  EXPECT_EQ(marked_up("abcdef", Service::other, 6), "abcdef");
  EXPECT_EQ(marked_up("abcdefg", Service::other, 6), "abcde\u2026");
  EXPECT_EQ(marked_up("\U0001f680\U0001f680\U0001f680", Service::other, 5),
            "\U0001f680\U0001f680\u2026");
  EXPECT_EQ(marked_up("\U0001f680\U0001f680\U0001f680", Service::other, 4), "\U0001f680\u2026");
}

// An escape isn't cut in two, of which the rest would be a text that nobody wrote.
TEST(Service, CutsBetweenEscapes) {
  EXPECT_EQ(marked_up("a&&&", Service::slack, 10), "a&amp;\u2026");
  EXPECT_EQ(marked_up("a[b]", Service::teams, 4), "a\\[\u2026");
  EXPECT_EQ(marked_up("a\u202ebcdefgh", Service::other, 6), "a\u2026");
}

TEST(Service, NeverGivesMoreThanIsAskedFor) {
  std::string text;
  for (int i = 0; i < 400; ++i)
    text += i % 3 == 0 ? "&" : i % 3 == 1 ? "\U0001f680" : "\u0627[";
  for (const Service service : services)
    for (std::size_t most = 1; most < 300; ++most) {
      const std::string cut = marked_up(text, service, most);
      EXPECT_LE(utf16_units(cut), most);
      EXPECT_TRUE(is_utf8(cut));
      EXPECT_TRUE(cut.ends_with("\u2026"));
    }
}

}  // namespace
}  // namespace tenantscope
