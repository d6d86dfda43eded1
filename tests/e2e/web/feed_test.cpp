// The Atom feed as a feed reader reads it, of a daemon whose tenants' documents are hostile.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* scenario = R"(
tenants:
  - {name: agency.example, cloud: usgov, region_scope: USG}
  - {name: hostile.example, cloud: usgov, region_scope: "]]></title><script>alert(1)</script>&amp;&lt;"}
)";

constexpr const char* tenants = R"(
tenants:
  - {name: agency.example}
  - {name: hostile.example}
)";

// The link of the feed itself, then a line an entry: id, link, title.
std::vector<std::string> read_feed(const std::string& url, const HttpAnswer& answer) {
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("content-type"), "application/atom+xml; charset=utf-8");
  const Finished read = run_python("read_feed.py", {url}, answer.body);
  EXPECT_EQ(read.exit_code, 0) << read.err << answer.body;
  return lines_of(read.out);
}

TEST(Feed, IsReadByAFeedReader) {
  const Simulator authority(scenario);
  Deployment deployment(configuration(authority.url(), tenants));
  Daemon& daemon = deployment.start({"--web.external-url=https://scope.example/behind/"});
  ASSERT_TRUE(eventually([&] { return daemon.events().size() == 2; })) << daemon.log();
  authority.change("agency.example", R"({"region_scope": "USGov"})");
  ASSERT_TRUE(eventually([&] { return daemon.events().size() == 3; })) << daemon.log();

  const std::string url = daemon.url() + "/events.atom";
  const HttpAnswer answer = http_get(url);
  const std::vector<std::string> feed = read_feed(url, answer);
  ASSERT_EQ(feed.size(), 4u);
  EXPECT_EQ(feed[0], "https://scope.example/behind/events.atom");
  const json::object newest = daemon.events().back();
  EXPECT_EQ(feed[1], fmt::format("urn:uuid:{} https://scope.example/behind/tenants/"
                                 "agency.example?cloud=global#event-{} {}",
                                 text_at(newest, "/id"), std::stoi(text_at(newest, "/sequence")),
                                 text_at(newest, "/data/summary")));
  const std::string both = feed[2] + feed[3];
  EXPECT_NE(both.find("]]></title><script>alert(1)</script>&amp;&lt;"), std::string::npos) << both;

  const HttpAnswer again = http_get(url, {"If-None-Match: " + answer.headers.at("etag")});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_FALSE(again.headers.contains("content-length"));
  EXPECT_EQ(read_feed(url, http_get(url + "?severity=warning,critical&since=1d")).size(), 2u);
  EXPECT_EQ(read_feed(url, http_get(url + "?tenant=hostile.example&type=baselined")).size(), 2u);
  EXPECT_EQ(http_get(url + "?type=any").status, 400);
}

// Its links lead where it was asked for, behind whatever prefix.
TEST(Feed, HasRelativeLinksWhereNobodySaysOtherwise) {
  const Simulator authority(scenario);
  Deployment deployment(configuration(authority.url(), tenants));
  Daemon& daemon = deployment.start();
  ASSERT_TRUE(eventually([&] { return daemon.events().size() == 2; })) << daemon.log();
  const std::vector<std::string> feed =
      read_feed("https://proxy.example/x/events.atom", http_get(daemon.url() + "/events.atom"));
  ASSERT_EQ(feed.size(), 3u);
  EXPECT_EQ(feed[0], "https://proxy.example/x/events.atom");
  EXPECT_NE(feed[1].find(" https://proxy.example/x/tenants/"), std::string::npos) << feed[1];
}

}  // namespace
}  // namespace tenantscope::e2e
