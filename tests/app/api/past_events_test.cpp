// The journal from its end: what filters leave of it, and how far a page looks.
#include "app/api/past_events.hpp"

#include "app/api/answer.hpp"
#include "app/api/api_fixture.hpp"

namespace tenantscope {
namespace {

class PastEventsTest : public ApiTest {
 protected:
  PastEventsTest() : journal_(open_sqlite_journal(folder_.path())) {}

  // Of the tenant, at that minute, to a region scope that is another one each time.
  void changed(int number, int minutes) {
    const States states = states_of(*ledger_);
    const auto stored = states.find(tenant(number));
    const TenantState state = stored == states.end() ? TenantState{} : stored->second;
    append(step_to(tenant(number), state, document(state.generation % 2 == 0 ? "USG" : "USGov"),
                   minute(minutes)));
  }
  void drilled(int number, int minutes) { append(drill_of(tenant(number), {}, minute(minutes))); }
  void append(const Step& step) {
    ASSERT_TRUE(ledger_->commit(std::vector{step}, "tenantscope").front());
    table_.last_event = *ledger_->last();
  }
  EventFilter filter(Query query) {
    return event_filter(
        table_, {.method = "GET", .path = "/events", .query = std::move(query), .headers = {}},
        minute(100));
  }
  // "5 4 3, next 3"
  std::string past(const EventFilter& filter, std::uint64_t before = from_the_end,
                   std::size_t limit = 100, SteadyTime deadline = SteadyTime::max()) {
    const PastEvents found =
        past_events(table_, *journal_, filter, before, limit, deadline).value();
    std::string shown;
    for (const JournalEntry& entry : found.events)
      shown += fmt::format("{}{}", shown.empty() ? "" : " ", entry.sequence);
    return found.next ? fmt::format("{}, next {}", shown, *found.next) : shown;
  }
  std::string why_not(Query query) {
    try {
      filter(std::move(query));
    } catch (const RefusedRequest& refused) {
      return refused.why;
    }
    return "taken";
  }

  std::unique_ptr<Journal> journal_;
};

TEST_F(PastEventsTest, ComeNewestFirstInPages) {
  EXPECT_EQ(past({}), "");
  commit(5);
  EXPECT_EQ(past({}), "5 4 3 2 1");
  EXPECT_EQ(past({}, from_the_end, 2), "5 4, next 4");
  EXPECT_EQ(past({}, 4, 2), "3 2, next 2");
  EXPECT_EQ(past({}, 2, 2), "1");
  EXPECT_EQ(past({}, 1, 2), "");
  EXPECT_EQ(past({}, from_the_end, 5), "5 4 3 2 1") << "no page that has nothing";
  table_.last_event = 3;  // the others are on their way to the table
  EXPECT_EQ(past({}), "3 2 1");
}

TEST_F(PastEventsTest, AreThoseThatAFilterLeaves) {
  changed(1, 1);
  changed(2, 2);
  changed(1, 3);
  drilled(2, 4);
  changed(2, 5);
  EXPECT_EQ(past(filter({})), "5 4 3 2 1");
  EXPECT_EQ(past(filter({{"tenant", tenant(1).name}})), "3 1");
  EXPECT_EQ(past(filter({{"tenant", tenant(1).name + "@usgov"}})), "");
  EXPECT_EQ(past(filter({{"tenant", "nobody.example"}})), "");
  EXPECT_EQ(past(filter({{"type", "changed"}})), "5 3");
  EXPECT_EQ(past(filter({{"type", "tenantscope.drill.v1,baselined"}})), "4 2 1");
  EXPECT_EQ(past(filter({{"severity", "info"}})), "4 2 1");
  EXPECT_EQ(past(filter({{"severity", "critical,warning"}, {"tenant", tenant(1).name}})), "3");
  EXPECT_EQ(past(filter({{"type", ""}, {"severity", ""}, {"since", ""}, {"tenant", ""}})),
            "5 4 3 2 1");
  EXPECT_EQ(past(filter({{"type", "changed"}}), from_the_end, 1), "5, next 5");
  EXPECT_EQ(past(filter({{"type", "changed"}}), 5, 1), "3, next 3");
}

TEST_F(PastEventsTest, AreThoseOfATime) {
  changed(1, 1);
  changed(2, 6);
  changed(1, 3);  // out of order: a commit takes them as they come
  changed(3, 20);
  changed(4, 24 * 60);
  EXPECT_EQ(past(filter({{"since", "2026-11-23T10:03:00Z"}})), "5 4 3 2");
  EXPECT_EQ(past(filter({{"until", "2026-11-23T10:05:00Z"}})), "3 1");
  EXPECT_EQ(past(filter({{"since", "2026-11-23T10:02:00Z"}, {"until", "2026-11-23T10:06:00Z"}})),
            "3 2");
  EXPECT_EQ(past(filter({{"since", "2026-11-24"}})), "5");
  EXPECT_EQ(past(filter({{"until", "2026-11-23"}})), "4 3 2 1");
  EXPECT_EQ(past(filter({{"since", "97m"}, {"until", "80m"}})), "4 3 2") << "ago";
}

TEST_F(PastEventsTest, AreRefusedWhereAFilterCannotBeRead) {
  EXPECT_NE(why_not({{"type", "change"}}).find("`type`"), std::string::npos);
  EXPECT_NE(why_not({{"severity", "bad"}}).find("`severity`"), std::string::npos);
  EXPECT_NE(why_not({{"severity", "info,"}, {"type", "drill,x"}}).find("`x`"), std::string::npos);
  EXPECT_NE(why_not({{"since", "yesterday"}}).find("`since`"), std::string::npos);
  EXPECT_NE(why_not({{"until", "2026-13-01"}}).find("`until`"), std::string::npos);
  EXPECT_NE(why_not({{"tenant", "a b"}}), "taken");
}

// A page that looks for what hardly is there ends, and says where to go on.
TEST_F(PastEventsTest, AreLookedForNoLongerThanToTheDeadline) {
  changed(5000, 0);
  commit(1200);
  const EventFilter rare = filter({{"type", "drill"}});
  EXPECT_EQ(past(rare), "");
  EXPECT_EQ(past(rare, from_the_end, 100, SteadyTime::min()), ", next 702");
  EXPECT_EQ(past(rare, 702, 100, SteadyTime::min()), ", next 202");
  EXPECT_EQ(past(rare, 202, 100, SteadyTime::min()), "");
  EXPECT_EQ(past(filter({{"tenant", tenant(5000).name}}), from_the_end, 100, SteadyTime::min()),
            "1")
      << "not looked for among the others";
}

TEST_F(PastEventsTest, EndWhereAllAreOlder) {
  commit(1600);  // minutes 1 to 1600
  EventFilter late;
  late.since = minute(1590);
  EXPECT_EQ(past(late, from_the_end, 100, SteadyTime::min()),
            "1600 1599 1598 1597 1596 1595 1594 1593 1592 1591 1590, next 1101");
  EXPECT_EQ(past(late), "1600 1599 1598 1597 1596 1595 1594 1593 1592 1591 1590");
}

}  // namespace
}  // namespace tenantscope
