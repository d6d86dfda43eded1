#include "formats/page/replicas_page.hpp"

#include <gtest/gtest.h>

#include "formats/page/page_samples.hpp"

namespace tenantscope {
namespace {

using samples::has;

std::string shown(const ReplicasPage& page) { return replicas_html(page, samples::frame()); }

TEST(ReplicasPage, ShowsWhoIsThereAndHowFar) {
  const std::string page = shown(samples::full_replicas("south"));
  for (const std::string part :
       {"<title>Replicas: north is active · tenantscope</title>",
        "<a href=\"http://replica.example/south\"><bdi>south</bdi></a>",
        "<span class=\"soft\">this one</span>", "<span class=\"state good\">active</span>",
        "<span class=\"state good\">standby</span>", "<td data-label=\"Events behind\">3</td>",
        "<td data-label=\"Events behind\">0</td>", "<span class=\"soft\">2h ago</span>",
        "<code>0123456789ab</code> <span class=\"soft\">the active one's</span>",
        "<span class=\"state mind\">another one</span>",
        "<span class=\"state bad\">was active</span> <span class=\"soft\">its lease ended 1m ago",
        "The journal's last number is 42."})
    EXPECT_TRUE(has(page, part)) << part << "\n" << page;
  EXPECT_FALSE(has(page, "can't be known"));
  EXPECT_FALSE(has(page, "No tenant is asked"));
}

TEST(ReplicasPage, SaysThatNobodyIsActive) {
  ReplicasPage page = samples::full_replicas("south");
  for (Replica& replica : page.replicas->all)
    replica.active = false;
  const std::string html = shown(page);
  EXPECT_TRUE(has(html, "<title>Replicas: nobody is active")) << html;
  EXPECT_TRUE(has(html, "No tenant is asked"));
  EXPECT_FALSE(has(html, "another one"));
}

TEST(ReplicasPage, SaysThatItCannotBeKnown) {
  const std::string page = shown({.self = "south", .lease = std::chrono::seconds(10)});
  EXPECT_TRUE(has(page, "hasn't answered <bdi>south</bdi> for 10s or longer")) << page;
  EXPECT_FALSE(has(page, "<table>"));
}

// What another daemon says of itself leads nowhere but to the web.
TEST(ReplicasPage, LinksToTheWebAlone) {
  ReplicasPage page = samples::full_replicas("south");
  page.replicas->all.back().url = "javascript:alert(1)";
  EXPECT_FALSE(has(shown(page), "javascript:"));
}

TEST(ReplicasPage, IsInTheNavigationWhereTheLedgerIsShared) {
  PageFrame frame = samples::frame();
  EXPECT_FALSE(has(replicas_html({}, frame), "<li><a href=\"./replicas\""));
  frame.shared = true;
  EXPECT_TRUE(has(replicas_html({}, frame), "<li><a href=\"./replicas\" aria-current=\"page\">"));
}

}  // namespace
}  // namespace tenantscope
