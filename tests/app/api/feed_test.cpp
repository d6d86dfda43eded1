// The Atom feed, as it is asked for.
#include "app/api/api_fixture.hpp"

namespace tenantscope {
namespace {

class ApiFeed : public ApiTest {
 protected:
  WebResponse feed(Query query = {}, Query headers = {}) {
    return send("GET", "/events.atom", std::move(query), std::move(headers));
  }
  static std::size_t entries(const WebResponse& response) {
    std::size_t count = 0;
    for (auto at = response.body.find("<entry>"); at != std::string::npos;
         at = response.body.find("<entry>", at + 1))
      ++count;
    return count;
  }
};

TEST_F(ApiFeed, HasTheNewestFiftyEvents) {
  EXPECT_EQ(entries(feed()), 0u);
  commit(70);
  const WebResponse response = feed();
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.content_type, "application/atom+xml; charset=utf-8");
  EXPECT_EQ(entries(response), 50u);
  EXPECT_NE(response.body.find("<id>urn:uuid:" + to_string(ledger_->id()) + "</id>"),
            std::string::npos);
  const std::vector<JournalEntry> newest = ledger_->read(68, 2).value();
  const auto second = response.body.find("<id>urn:uuid:" + newest[0].id + "</id>");
  const auto first = response.body.find("<id>urn:uuid:" + newest[1].id + "</id>");
  EXPECT_LT(first, second);
  EXPECT_NE(second, std::string::npos);
  table_.last_event = 3;
  EXPECT_EQ(entries(feed()), 3u) << "no event before its state is shown";
}

TEST_F(ApiFeed, HasAnIdForEachFilter) {
  commit(3);
  const auto id = [&](Query query) {
    const std::string body = feed(std::move(query)).body;
    return body.substr(body.find("<id>"), 55);
  };
  const std::string all = id({});
  const std::string one = id({{"tenant", tenant(1).name}, {"type", "baselined"}});
  EXPECT_NE(one, all);
  EXPECT_EQ(id({{"type", "baselined"}, {"unknown", "x"}, {"tenant", tenant(1).name}}), one);
  EXPECT_EQ(id({{"type", ""}}), all);
  EXPECT_EQ(entries(feed({{"tenant", tenant(1).name}})), 1u);
  EXPECT_EQ(feed({{"type", "x"}}).status, 400u);
}

TEST_F(ApiFeed, IsNotSentToWhoHasIt) {
  commit(2);
  const WebResponse first = feed();
  const std::string tag = header(first, "ETag");
  ASSERT_TRUE(tag.starts_with("W/\"")) << tag;
  for (const std::string& known : {tag, tag.substr(2), "\"other\", " + tag, std::string("*")}) {
    const WebResponse again = feed({}, {{"if-none-match", known}});
    EXPECT_EQ(again.status, 304u) << known;
    EXPECT_EQ(again.body, "");
    EXPECT_EQ(header(again, "ETag"), tag);
    EXPECT_EQ(header(again, "Content-Encoding"), "");
  }
  EXPECT_EQ(feed({}, {{"if-none-match", "\"other\""}}).status, 200u);
  commit(1);
  EXPECT_EQ(feed({}, {{"if-none-match", tag}}).status, 200u);
}

TEST_F(ApiFeed, LeadsWherePeopleReachTheDaemon) {
  commit(1);
  EXPECT_NE(feed().body.find("href=\"events.atom\""), std::string::npos);
  api_.serve_at("https://scope.example/x");
  EXPECT_NE(feed({{"severity", "info"}})
                .body.find("href=\"https://scope.example/x/events.atom?severity=info\""),
            std::string::npos);
}

}  // namespace
}  // namespace tenantscope
