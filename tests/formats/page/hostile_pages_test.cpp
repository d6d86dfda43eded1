// Whatever a document, a list, a journal of an older version or an address brings: no page lets it
// out raw, and none becomes a tag.
#include <gtest/gtest.h>

#include "formats/page/page_samples.hpp"
#include "support/hostile_text.hpp"

namespace tenantscope {
namespace {

std::vector<std::string> pages_of(const std::string& text) {
  const PageFrame frame = samples::troubled_frame(text);
  return {overview_html(samples::full_overview(text), frame),
          tenant_html(samples::full_tenant(text), frame),
          missing_html(samples::full_missing(text), frame),
          pairs_html(samples::full_pairs(text), frame),
          explain_html(samples::full_explain(text), frame),
          events_html(samples::full_events(text), frame),
          replicas_html(samples::full_replicas(text), frame)};
}

TEST(HostilePages, ShowNothingRaw) {
  for (const std::string& page : pages_of(every_hostile_character()))
    EXPECT_EQ(raw_in(page), "");
}

TEST(HostilePages, KeepTheirTags) {
  for (const char* const text :
       {"\"><script>alert('x')</script>", "'><img src=x onerror=alert(1)>", "</style></title><b>",
        "<!--", "\" autofocus onfocus=alert(1) x=\"", "javascript:alert(1)", "{{title}}{{{title}}}",
        "https://evil.example/?a=b&c=d", "&lt;b&gt;", "` onmouseover=alert(1)"})
    for (const std::string& page : pages_of(text)) {
      EXPECT_FALSE(samples::has(page, "<script")) << text;
      EXPECT_FALSE(samples::has(page, "<img")) << text;
      EXPECT_FALSE(samples::has(page, "<!--")) << text;
      EXPECT_FALSE(samples::has(page, "\" autofocus")) << text;
      EXPECT_EQ(samples::unbalanced(page), "") << text;
      EXPECT_FALSE(samples::has(page, "href=\"javascript:")) << text;
      EXPECT_FALSE(samples::has(page, "href=\"https://evil")) << text;
    }
}

}  // namespace
}  // namespace tenantscope
