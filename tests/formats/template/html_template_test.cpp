#include "formats/template/html_template.hpp"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>

#include <fmt/format.h>

#include "support/hostile_text.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

std::string checked(std::string_view text, const std::vector<json::object>& samples) {
  std::string shown;
  for (const TemplateFinding& finding : check_html(text, samples))
    shown += fmt::format("{}:{}: {}\n", finding.line, finding.column, finding.message);
  return shown;
}

TEST(HtmlTemplate, EscapesEachValue) {
  const json::object fields{{"a", "\"><script>alert('x')</script>&amp;"}};
  EXPECT_EQ(render_html("<a title=\"{{a}}\">{{a}}</a>", fields),
            "<a title=\"&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;\">"
            "&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;</a>");
  EXPECT_EQ(raw_in(render_html("{{a}}", json::object{{"a", every_hostile_character()}})), "");
  const json::object tags{{"a", "{{b}}"}, {"b", "x"}};
  EXPECT_EQ(render_html("{{a}}", tags), "{{b}}") << "nothing is read twice";
}

TEST(HtmlTemplate, ShowsWhatIsThere) {
  const json::object fields{{"text", "t"},
                            {"number", 0},
                            {"yes", true},
                            {"no", false},
                            {"empty", ""},
                            {"null", nullptr},
                            {"none", json::array()},
                            {"list", json::array{json::object{{"x", 1}}, json::object{{"x", 2}}}}};
  EXPECT_EQ(render_html("{{text}}{{number}}{{null}}{{empty}}", fields), "t0");
  EXPECT_EQ(render_html("{{#yes}}y{{/yes}}{{#number}}0{{/number}}", fields), "y0");
  for (const char* name : {"no", "empty", "null", "none"})
    EXPECT_EQ(render_html(fmt::format("{{{{#{0}}}}}y{{{{/{0}}}}}{{{{^{0}}}}}n{{{{/{0}}}}}", name),
                          fields),
              "n")
        << name;
  EXPECT_EQ(render_html("{{#list}}{{x}}{{text}} {{/list}}", fields), "1t 2t ");
}

TEST(HtmlTemplate, IsCheckedBeforeItIsUsed) {
  const std::vector<json::object> samples{
      json::object{
          {"name", "x"}, {"list", json::array{json::object{{"item", 1}}}}, {"time", nullptr}},
      json::object{{"name", "x"}, {"list", json::array()}, {"time", json::object{{"iso", "x"}}}}};
  EXPECT_EQ(checked("{{name}}{{#list}}{{item}}{{name}}{{/list}}{{time.iso}}", samples), "");
  EXPECT_EQ(checked("{{name}}\n {{nmae}}", samples),
            "2:2: this page has no field `nmae`; did you mean `name`?\n");
  EXPECT_NE(checked("{{item}}", samples), "") << "which is there in the list alone";
  EXPECT_NE(checked("{{list}}", samples), "");
  for (const char* tag : {"{{{name}}}", "{{&name}}", "{{> name}}", "{{#name}}", "{{/name}}"})
    EXPECT_NE(checked(tag, samples), "") << tag;
}

}  // namespace
}  // namespace tenantscope
