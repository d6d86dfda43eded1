#include "formats/atom_feed.hpp"

#include <gtest/gtest.h>

#include <vector>

#include <boost/json/serialize.hpp>

#include "formats/event_text.hpp"
#include "support/hostile_text.hpp"

namespace tenantscope {
namespace {

const Guid feed_ledger = *parse_guid("5be0cbb9-6f0a-4b0e-9d6b-1d2c3b4a5f60");

std::string told(const std::string& id, const std::string& time, const std::string& summary) {
  return boost::json::serialize(boost::json::object{
      {"id", id},
      {"type", "tenantscope.tenant.changed.v1"},
      {"time", time},
      {"data",
       boost::json::object{{"tenant", "agency.example"},
                           {"asked", "global"},
                           {"severity", "warning"},
                           {"summary", summary},
                           {"verdict", boost::json::object{{"explanation", "As it is."}}}}}});
}

TEST(AtomFeed, SaysWhatRfc4287Wants) {
  const std::vector<std::string> events{
      told("00000000-0000-5000-8000-000000000002", "2026-11-23T10:02:00.000Z", "b: <B2B> -> x."),
      told("00000000-0000-5000-8000-000000000001", "2026-11-23T10:01:00.000Z", "a: \"first\".")};
  EXPECT_EQ(
      atom_feed(
          {.id = feed_ledger, .title = "tenantscope: events", .query = "", .external_url = ""},
          events),
      R"(<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>urn:uuid:5be0cbb9-6f0a-4b0e-9d6b-1d2c3b4a5f60</id>
<title>tenantscope: events</title>
<updated>2026-11-23T10:02:00.000Z</updated>
<author><name>tenantscope</name></author>
<link rel="self" href="events.atom"/>
<link rel="alternate" href="events"/>
<entry>
<id>urn:uuid:00000000-0000-5000-8000-000000000002</id>
<title>b: &lt;B2B&gt; -&gt; x.</title>
<updated>2026-11-23T10:02:00.000Z</updated>
<link rel="alternate" href="tenants/agency.example?cloud=global"/>
<category term="tenantscope.tenant.changed.v1"/>
<category term="warning"/>
<summary>warning. As it is.</summary>
</entry>
<entry>
<id>urn:uuid:00000000-0000-5000-8000-000000000001</id>
<title>a: &quot;first&quot;.</title>
<updated>2026-11-23T10:01:00.000Z</updated>
<link rel="alternate" href="tenants/agency.example?cloud=global"/>
<category term="tenantscope.tenant.changed.v1"/>
<category term="warning"/>
<summary>warning. As it is.</summary>
</entry>
</feed>
)");
}

TEST(AtomFeed, LeadsToWherePeopleReachTheDaemon) {
  const std::vector<std::string> events{
      told("00000000-0000-5000-8000-000000000001", "2026-11-23T10:01:00.000Z", "a.")};
  const std::string feed = atom_feed({.id = feed_ledger,
                                      .title = "t",
                                      .query = "?type=a&severity=b",
                                      .external_url = "https://scope.example/x"},
                                     events);
  for (
      const char* link :
      {R"(<link rel="self" href="https://scope.example/x/events.atom?type=a&amp;severity=b"/>)",
       R"(<link rel="alternate" href="https://scope.example/x/events?type=a&amp;severity=b"/>)",
       R"(<link rel="alternate" href="https://scope.example/x/tenants/agency.example?cloud=global"/>)"})
    EXPECT_NE(feed.find(link), std::string::npos) << link << "\n" << feed;
}

TEST(AtomFeed, LeadsToTheEventOnItsTenantsPage) {
  std::string event =
      told("00000000-0000-5000-8000-000000000001", "2026-11-23T10:01:00.000Z", "a.");
  event.insert(1, R"("sequence":"00000000000000000280",)");
  const std::string feed = atom_feed(
      {.id = feed_ledger, .title = "t", .query = "", .external_url = ""}, std::vector{event});
  EXPECT_NE(feed.find(R"(href="tenants/agency.example?cloud=global#event-280"/>)"),
            std::string::npos)
      << feed;
}

TEST(AtomFeed, OfNothingIsAFeed) {
  const std::string feed =
      atom_feed({.id = feed_ledger, .title = "t", .query = "", .external_url = ""}, {});
  EXPECT_NE(feed.find("<updated>1970-01-01T00:00:00.000Z</updated>"), std::string::npos);
  EXPECT_EQ(feed.find("<entry>"), std::string::npos);
}

// What the ledger says of itself is of no tenant, and what can't be read is passed over.
TEST(AtomFeed, HasWhatIsOfNoTenant) {
  const std::vector<std::string> events{
      R"({"id":"i","type":"tenantscope.ledger.rewound.v1","time":"2026-11-23T10:01:00.000Z",)"
      R"("data":{"tenant":null,"asked":null,"severity":"warning","rewound_to":7}})",
      "{"};
  const std::string feed =
      atom_feed({.id = feed_ledger, .title = "t", .query = "", .external_url = ""}, events);
  EXPECT_NE(feed.find("<title>The journal went back to event 7"), std::string::npos) << feed;
  EXPECT_NE(feed.find(R"(<link rel="alternate" href="events"/>)"), std::string::npos);
  EXPECT_EQ(feed.find("<entry>"), feed.rfind("<entry>"));
}

TEST(AtomFeed, ShowsWhatOthersWroteAsText) {
  const std::string hostile = hostile_text() + "]]></title><script>alert(1)</script>&\uFFFE\uFFFFz";
  std::string event = told("x\"><script>", "2026-11-23T10:01:00.000Z", hostile);
  event.replace(event.find("agency.example"), 14, "a&b<c>'\\\"/../");
  const std::string feed =
      atom_feed({.id = feed_ledger, .title = hostile, .query = "?tenant=\"><b", .external_url = ""},
                std::vector{event});
  EXPECT_EQ(raw_in(feed), "");
  EXPECT_EQ(feed.find("<script"), std::string::npos);
  EXPECT_EQ(feed.find("<b"), std::string::npos);
  EXPECT_EQ(feed.find("]]>"), std::string::npos);
  EXPECT_EQ(feed.find("\uFFFE"), std::string::npos) << "no character of XML";
  EXPECT_EQ(feed.find("\uFFFF"), std::string::npos) << "no character of XML";
  EXPECT_NE(feed.find("href=\"tenants/a%26b%3Cc%3E%27%22%2F..%2F?cloud=global\""),
            std::string::npos)
      << feed;
}

}  // namespace
}  // namespace tenantscope
