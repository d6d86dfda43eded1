// Every template of a page: its tags, its names, and that it makes a page of all there can be.
#include "formats/page/page_templates.hpp"

#include <gtest/gtest.h>

#include "formats/page/page_samples.hpp"
#include "formats/template/html_template.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

// What a page is made of where there is all of it, and where there is nothing.
struct PageSample {
  PageTemplate page;
  json::object full;
  json::object bare;
  json::object other = {};  // with what a full one can't have
};

std::vector<PageSample> page_samples() {
  const WallTime now = samples::now;
  Watch vanished = samples::troubled("a text");
  vanished.state.found = false;
  const PageFrame bare = samples::frame(), full = samples::troubled_frame("a text");
  return {
      {PageTemplate::overview,
       page_fields(full, overview_fields(samples::full_overview("a text"), now)),
       page_fields(bare, overview_fields(samples::overview({}), now))},
      {PageTemplate::tenant,
       page_fields(full, tenant_fields(samples::full_tenant("a text"), default_rules, now)),
       page_fields(bare, tenant_fields({.watch = samples::watch("a.example")}, default_rules, now)),
       page_fields(full, tenant_fields({.watch = vanished}, default_rules, now))},
      {PageTemplate::missing, page_fields(full, missing_fields(samples::full_missing("a text"))),
       page_fields(bare, missing_fields({.wanted = "a"}))},
      {PageTemplate::pairs, page_fields(full, pairs_page_fields(samples::full_pairs("a text"))),
       page_fields(bare, pairs_page_fields({}))},
      {PageTemplate::explain,
       page_fields(full, explain_fields(samples::full_explain("a text"), now)),
       page_fields(bare, explain_fields({}, now))},
      {PageTemplate::events,
       page_fields(full, events_page_fields(samples::full_events("a text"), now)),
       page_fields(bare, events_page_fields({}, now))},
      {PageTemplate::replicas,
       page_fields(full, replicas_page_fields(samples::full_replicas("a text"))),
       page_fields(bare, replicas_page_fields({}))}};
}

// "LINE:COLUMN: message" of each.
std::string html_findings(std::string_view text, const PageSample& sample) {
  const std::array samples{sample.full, sample.other};
  std::string shown;
  for (const TemplateFinding& finding : check_html(text, samples))
    shown += fmt::format("{}:{}: {}\n", finding.line, finding.column, finding.message);
  return shown;
}

TEST(PageTemplates, NameOnlyWhatTheirPagesHave) {
  for (const PageSample& sample : page_samples()) {
    const std::string text(text_of(sample.page));
    EXPECT_EQ(html_findings(text, sample), "");
    EXPECT_NE(html_findings(text + "{{nobody}}", sample), "") << "or else it finds nothing";
  }
}

TEST(PageTemplates, HaveTheirParts) {
  for (const PageSample& sample : page_samples()) {
    const std::string text(text_of(sample.page));
    EXPECT_TRUE(text.starts_with("<!doctype html>")) << text.substr(0, 40);
    EXPECT_TRUE(text.ends_with("</html>\n"));
    EXPECT_FALSE(samples::has(text, "{{>"));
  }
}

TEST(PageTemplates, MakeWholePages) {
  for (const PageSample& sample : page_samples())
    for (const json::object& fields : {sample.full, sample.bare}) {
      const std::string page = render_html(text_of(sample.page), fields);
      EXPECT_EQ(samples::forbidden(page), "") << page;
      EXPECT_TRUE(samples::has(page, "<style>" + std::string(page_style()) + "</style>"));
      EXPECT_FALSE(samples::has(page, "{{"));
    }
}

// Which member of the fields isn't there with every sample: a name that is missing would be looked
// for in what is around it.
std::string missing_members(const json::object& full, const json::object& bare) {
  std::string missing;
  for (const auto& member : full)
    if (!bare.contains(member.key()))
      missing += std::string(member.key()) + " ";
  return missing;
}

TEST(PageTemplates, GetAllTheirFieldsWhateverIsKnown) {
  for (const PageSample& sample : page_samples())
    EXPECT_EQ(missing_members(sample.full, sample.bare), "");
}

}  // namespace
}  // namespace tenantscope
