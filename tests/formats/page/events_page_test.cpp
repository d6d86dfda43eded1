#include "formats/page/events_page.hpp"

#include <gtest/gtest.h>

#include "formats/page/page_samples.hpp"

namespace tenantscope {
namespace {

using samples::has;

std::string events_shown(const EventsPage& page) {
  std::string html = events_html(page, samples::frame());
  EXPECT_EQ(samples::forbidden(html), "") << html;
  return html;
}

TEST(EventsPage, HasAnEventsSentenceAndEvidence) {
  PageEvent lost = samples::event("x");
  lost.tenant = {.asked = "global", .name = "agency.example"};
  lost.sentence = "agency.example lost B2B";
  lost.request_id = "11111111-2222";
  const std::string page = events_shown({.query = {}, .events = std::vector{lost}, .next = {}});
  for (const char* part :
       {"<title>Events · tenantscope</title>", "<tr id=\"event-7\">",
        "<a href=\"tenants/agency.example?cloud=global#event-7\"><bdi>agency.example lost",
        "<span class=\"state bad\">critical</span>", "<dd><bdi>11111111-2222</bdi></dd>",
        "<a href=\"./events\" aria-current=\"page\">Events</a>",
        "type=\"application/atom+xml\" title=\"Events\" href=\"./events.atom\">"})
    EXPECT_TRUE(has(page, part)) << part << "\n" << page;
  EXPECT_FALSE(has(page, "More events"));
}

TEST(EventsPage, LeadsToOlderOnesAndBack) {
  EventsPage page{.query = {.tenant = "a&b",
                            .cloud = {},
                            .type = "changed",
                            .severity = {},
                            .since = {},
                            .until = {},
                            .before = {}},
                  .events = std::vector{samples::event("x")},
                  .next = 7};
  std::string html = events_shown(page);
  EXPECT_TRUE(has(html, "href=\"events?tenant=a%26b&amp;type=changed&amp;before=7\" rel=\"next\""));
  EXPECT_FALSE(has(html, "The newest"));
  EXPECT_TRUE(has(html, "<a href=\"events.atom?tenant=a%26b&amp;type=changed\">These as a feed"));
  EXPECT_TRUE(has(html, "<title>Events of a&amp;b · tenantscope</title>"));
  EXPECT_TRUE(has(html, "<option value=\"changed\" selected>"));
  page.query.before = 7;
  page.next.reset();
  html = events_shown(page);
  EXPECT_TRUE(has(html, "<a href=\"events?tenant=a%26b&amp;type=changed\">The newest</a>"));
  EXPECT_FALSE(has(html, "Older ones"));
}

TEST(EventsPage, SaysWhyItIsEmpty) {
  EventsPage page{.query = {}, .events = std::vector<PageEvent>(), .next = {}};
  EXPECT_TRUE(has(events_shown(page), "Nothing has happened yet"));
  page.query.type = "drill,changed";
  EXPECT_TRUE(has(events_shown(page), "No event fits"));
  EXPECT_TRUE(has(events_shown(page), "<option value=\"drill,changed\" selected>"));
  page.next = 9000;
  const std::string further = events_shown(page);
  EXPECT_TRUE(has(further, "href=\"events?type=drill%2Cchanged&amp;before=9000\">look further"));
  EXPECT_FALSE(has(further, "No event fits"));
  page.events.reset();
  EXPECT_TRUE(has(events_shown(page), "The journal can't be read now."));
}

}  // namespace
}  // namespace tenantscope
