// What every page has around it, in each state of the daemon.
#include "formats/page/page_frame.hpp"

#include <gtest/gtest.h>

#include "formats/page/page_samples.hpp"

namespace tenantscope {
namespace {

using samples::has;

std::string framed(PageFrame frame) {
  return overview_html(samples::overview({}), std::move(frame));
}

std::string with_problem(std::string part, std::string name, std::string text) {
  PageFrame frame = samples::frame();
  frame.problems = {{std::move(part), std::move(name), std::move(text)}};
  return framed(std::move(frame));
}

TEST(PageFrame, HasNoBannerWhereNothingIsWrong) {
  EXPECT_FALSE(has(framed(samples::frame()), "class=\"banner\""));
}

TEST(PageFrame, SaysWhatIsWrongWhereAndWhatToDo) {
  struct Case {
    const char *part, *name, *shown, *todo;
  };
  for (const Case& one :
       {Case{"configuration", "", "<strong>configuration</strong>: t.", "config check FILE"},
        Case{"storage", "", "<strong>storage</strong>: t.", "Look at the disk"},
        Case{"authority", "usgov", "<strong>authority usgov</strong>: t.",
             "<a href=\"./?state=failing\">Look there</a>"},
        Case{"replica", "", "<strong>replica</strong>: t. <a",
             "<a href=\"./replicas\">Look there</a>"},
        Case{"sink", "soc", "<strong>sink soc</strong>: t.", "what it answers"},
        Case{"log", "", "<strong>log</strong>: t.", "too slow"},
        Case{"thread", "", "<strong>thread</strong>: t.", "Restart the daemon"},
        Case{"tenants", "", "<strong>tenants</strong>: t.", "?state=stale"},
        Case{"another", "", "<strong>another</strong>: t.", ""}}) {
    const std::string page = with_problem(one.part, one.name, "t");
    EXPECT_TRUE(has(page, "class=\"banner\"")) << one.part;
    EXPECT_TRUE(has(page, one.shown)) << one.part << "\n" << page;
    EXPECT_TRUE(has(page, one.todo)) << one.part;
    EXPECT_EQ(samples::forbidden(page), "");
  }
}

TEST(PageFrame, SendsNobodyToTheDiskWhereTheStorageIsShared) {
  PageFrame frame = samples::frame();
  frame.shared = true;
  frame.problems = {{.part = "storage", .name = {}, .text = "t"}};
  const std::string page = framed(std::move(frame));
  EXPECT_TRUE(has(page, "Look at the servers of `storage.postgresql`")) << page;
  EXPECT_TRUE(has(page, "<a href=\"./replicas\">Look there</a>")) << page;
  EXPECT_FALSE(has(page, "disk"));
}

TEST(PageFrame, SaysWhatRuns) {
  const std::string page = framed(samples::frame());
  EXPECT_TRUE(has(page, "as of 2026-11-23 10:00:00 UTC, rules docs-2026")) << page;
  EXPECT_TRUE(has(page, "up 27h</p>"));
  PageFrame frame = samples::frame();
  frame.start.reset();
  EXPECT_FALSE(has(framed(std::move(frame)), ", up "));
}

TEST(PageFrame, LeadsFromOnePartBelowTheRoot) {
  PageFrame frame = samples::frame();
  frame.below_root = true;
  const std::string page = framed(std::move(frame));
  EXPECT_TRUE(has(page, "<a href=\"../metrics\">"));
  EXPECT_TRUE(has(page, "<a href=\"../\" aria-current=\"page\">Overview</a>"));
  EXPECT_TRUE(has(framed(samples::frame()), "<a href=\"./metrics\">"));
}

}  // namespace
}  // namespace tenantscope
