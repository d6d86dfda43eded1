// The journal's page, over a journal.
#include "app/api/api_fixture.hpp"
#include "app/faulty_ledger.hpp"

namespace tenantscope {
namespace {

class ApiEventsPage : public ApiTest {
 protected:
  // The numbers of the events that it has, as they come.
  std::string listed(Query query = {}) {
    const WebResponse response = get("/events", std::move(query));
    EXPECT_EQ(response.status, 200u) << response.body;
    EXPECT_EQ(response.content_type, "text/html; charset=utf-8");
    EXPECT_NE(header(response, "Content-Security-Policy"), "");
    constexpr std::string_view mark = "<tr id=\"event-";
    std::string numbers;
    for (auto at = response.body.find(mark); at != std::string::npos;
         at = response.body.find(mark, at + 1)) {
      const auto begin = at + mark.size();
      numbers += (numbers.empty() ? "" : " ") +
                 response.body.substr(begin, response.body.find('"', begin) - begin);
    }
    return numbers;
  }
};

TEST_F(ApiEventsPage, HasTheNewestFirst) {
  EXPECT_EQ(listed(), "");
  commit(60);
  EXPECT_TRUE(listed().starts_with("60 59 58 ")) << listed();
  EXPECT_TRUE(listed().ends_with(" 12 11")) << listed();
  EXPECT_NE(get("/events").body.find("href=\"events?before=11\" rel=\"next\""), std::string::npos);
  EXPECT_EQ(listed({{"before", "11"}}), "10 9 8 7 6 5 4 3 2 1");
  EXPECT_EQ(listed({{"before", "3"}, {"tenant", ""}, {"type", ""}}), "2 1");
  EXPECT_EQ(listed({{"tenant", tenant(7).name}}), "7");
  EXPECT_EQ(listed({{"severity", "critical"}}), "");
  EXPECT_EQ(listed({{"until", "2026-11-23T10:02:00Z"}}), "2 1");
  table_.last_event = 2;
  EXPECT_EQ(listed(), "2 1") << "none that isn't shown elsewhere yet";
}

TEST_F(ApiEventsPage, RefusesWhatItCannotRead) {
  for (const auto& [name, value] :
       Query{{"before", "x"}, {"type", "x"}, {"severity", "x"}, {"since", "x"}, {"tenant", "a b"}})
    EXPECT_EQ(get("/events", {{name, value}}).status, 400u) << name;
}

TEST_F(ApiEventsPage, SaysThatTheJournalCannotBeRead) {
  LedgerFaults faults;
  Api api(table_, instruments_, liveness_,
          std::make_unique<FaultyLedger>(open_sqlite_ledger(folder_.path()), faults), {}, audit_,
          {});
  faults.reads_fail = true;
  const auto asked = [&](const std::string& path) {
    const WebRequest request{.method = "GET", .path = path, .query = {}, .headers = {}};
    return run(loop_, api.answer(request));
  };
  const WebResponse page = asked("/events");
  EXPECT_EQ(page.status, 200u);
  EXPECT_NE(page.body.find("The journal can't be read now."), std::string::npos);
  EXPECT_EQ(asked("/events.atom").status, 503u);
}

}  // namespace
}  // namespace tenantscope
