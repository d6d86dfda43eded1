#include "app/api/api_fixture.hpp"
#include "app/faulty_ledger.hpp"
#include "web/seats.hpp"

namespace tenantscope {
namespace {

TEST_F(ApiTest, ReadsTheJournal) {
  EXPECT_EQ(events(), "none, next 0");
  commit(250);
  const std::vector<std::pair<Query, std::string>> table{
      {{}, "1-100 of 100, next 100"},
      {{{"after", "0"}}, "1-100 of 100, next 100"},
      {{{"after", "100"}}, "101-200 of 100, next 200"},
      {{{"after", "00000000000000000249"}}, "250-250 of 1, next 250"},
      {{{"after", "250"}}, "none, next 250"},
      {{{"limit", "1000"}}, "1-250 of 250, next 250"},
      {{{"after", "7"}, {"limit", "2"}}, "8-9 of 2, next 9"},
      {{{"limit", "0"}, {"wait", "30s"}}, "none, next 0"},
  };
  for (const auto& [query, shown] : table)
    EXPECT_EQ(events(query), shown);

  const json::object first =
      data("/api/v1/events", {{"limit", "1"}}).at("events").at(0).as_object();
  EXPECT_EQ(json::parse(ledger_->read(0, 1).value().at(0).event), json::value(first));

  for (const auto& [name, value] : Query{{"after", "-1"},
                                         {"after", "x"},
                                         {"after", "99999999999999999999"},
                                         {"limit", "1001"},
                                         {"limit", "-1"},
                                         {"wait", "30"},
                                         {"wait", "soon"},
                                         {"wait", "-1s"}})
    EXPECT_NE(error(400, "/api/v1/events", {{name, value}}).find("`" + name + "`"),
              std::string::npos)
        << name << "=" << value;
}

TEST_F(ApiTest, SaysWhatLeftTheJournal) {
  commit(10);  // minutes 1 to 10
  ASSERT_TRUE(ledger_->expire(minute(5), 1000, {}));
  EXPECT_EQ(events(), "5-10 of 6, next 10");
  EXPECT_EQ(events({{"after", "4"}}), "5-10 of 6, next 10");
  for (const std::string after : {"0", "3"})
    EXPECT_NE(error(410, "/api/v1/events", {{"after", after}}).find("00000000000000000005"),
              std::string::npos)
        << after;
  ASSERT_TRUE(ledger_->expire(minute(50), 1000, {}));
  EXPECT_EQ(events(), "none, next 10");
  EXPECT_EQ(events({{"after", "10"}}), "none, next 10");
  error(410, "/api/v1/events", {{"after", "9"}});
}

// Who read a journal that went back, as from a backup, or another one, would wait for nothing.
TEST_F(ApiTest, LetsNobodyWaitForAJournalThatIsNotTheirs) {
  commit(10);
  ASSERT_TRUE(ledger_->expire(minute(5), 1000, {}));
  const std::string journal = to_string(ledger_->id());
  EXPECT_EQ(data("/api/v1/events").at("journal"), json::value(journal));
  EXPECT_EQ(events({{"after", "9"}, {"journal", journal}}), "10-10 of 1, next 10");
  const std::string other = "00000000-0000-4000-8000-000000000001";
  for (const Query& query :
       {Query{{"after", "3"}}, Query{{"after", "11"}}, Query{{"after", "11"}, {"wait", "5m"}},
        Query{{"after", "11"}, {"wait", "5m"}, {"journal", journal}},
        Query{{"after", "9"}, {"journal", other}},
        Query{{"after", "10"}, {"wait", "5m"}, {"journal", other}}, Query{{"journal", other}}}) {
    const WebResponse response = get("/api/v1/events", query);
    ASSERT_EQ(response.status, 410u) << response.body;
    json::object body = json::parse(response.body).as_object();
    EXPECT_NE(body.at("error").as_string(), "");
    body.erase("error");
    EXPECT_EQ(body, (json::object{
                        {"status", "error"}, {"oldest", 5}, {"last", 10}, {"journal", journal}}));
  }
  EXPECT_NE(error(410, "/api/v1/events", {{"after", "11"}}).find("ends at 00000000000000000010"),
            std::string::npos);
  EXPECT_NE(error(410, "/api/v1/events", {{"journal", other}}).find(journal), std::string::npos);
  for (const std::string& bad : {std::string(), std::string("x"), journal.substr(1)})
    EXPECT_NE(error(400, "/api/v1/events", {{"journal", bad}}).find("`journal`"),
              std::string::npos);
}

TEST_F(ApiTest, DoesNotWaitForWhatIsThere) {
  commit(1);
  EXPECT_EQ(events({{"wait", "5m"}}), "1-1 of 1, next 1");
}

TEST_F(ApiTest, ListsNoEventBeforeItsStateIsShown) {
  commit(3);
  table_.last_event = 1;  // what the ledger has committed since is on its way to the table
  EXPECT_EQ(events(), "1-1 of 1, next 1");
  EXPECT_EQ(events({{"after", "1"}, {"wait", "1ms"}}), "none, next 1");
  table_.last_event = 3;
  EXPECT_EQ(events({{"after", "1"}, {"wait", "5m"}}), "2-3 of 2, next 3");
}

TEST_F(ApiTest, SaysThatTheJournalBecameAnotherOneWhileSomebodyWaited) {
  commit(2);
  const std::string journal = to_string(ledger_->id());
  std::string answer;
  unsigned status = 0;
  WebRequest request{.method = "GET",
                     .path = "/api/v1/events",
                     .query = {{"after", "2"}, {"wait", "5m"}, {"journal", journal}},
                     .headers = {}};
  boost::asio::co_spawn(loop_, api_.answer(std::move(request)),
                        [&](std::exception_ptr, WebResponse response) {
                          status = response.status;
                          answer = response.body;
                        });
  await_waiting();
  const Guid other = random_guid();
  api_.name_journal(other);
  commit(1);
  bell_.ring();
  ASSERT_TRUE(run_until(loop_, [&] { return status != 0; }));
  EXPECT_EQ(status, 410u) << answer;
  EXPECT_NE(answer.find(to_string(other)), std::string::npos) << answer;
}

TEST_F(ApiTest, WaitsForTheNextEvent) {
  commit(2);
  table_.last_event = 1;  // the other one is on its way to the table
  std::vector<std::string> bodies;
  for (const char* after : {"1", "2"}) {
    WebRequest request{.method = "GET",
                       .path = "/api/v1/events",
                       .query = {{"after", after}, {"wait", "5m"}},
                       .headers = {}};
    boost::asio::co_spawn(
        loop_, api_.answer(std::move(request)),
        [&](std::exception_ptr, WebResponse response) { bodies.push_back(response.body); });
  }
  await_waiting();
  bell_.ring();  // for nothing
  await_waiting();
  ASSERT_TRUE(bodies.empty());

  table_.last_event = 2;
  bell_.ring();
  ASSERT_TRUE(run_until(loop_, [&] { return bodies.size() == 1; }));
  EXPECT_EQ(json::parse(bodies[0]).at("data").at("next"), 2);
  commit(1);
  bell_.ring();
  ASSERT_TRUE(run_until(loop_, [&] { return bodies.size() == 2; }));
  EXPECT_EQ(json::parse(bodies[1]).at("data").at("next"), 3);
}

class ApiCrowd : public ApiTest {
 protected:
  // Of a client with a connection to a server that has `seats_`.
  void begin_poll(const std::string& after, std::vector<WebResponse>& answers) {
    const auto seat = seats_.take({.local = true});
    ASSERT_TRUE(seat && seat->begin_request(false));
    WebRequest request{.method = "GET",
                       .path = "/api/v1/events",
                       .query = {{"after", after}, {"wait", "5m"}},
                       .headers = {},
                       .seat = seat};
    boost::asio::co_spawn(loop_, api_.answer(std::move(request)),
                          [&, seat](std::exception_ptr, WebResponse response) {
                            seats_.give_back(seat);
                            answers.push_back(std::move(response));
                          });
  }

  Seats seats_{2, 2};  // one of them for long polls
};

TEST_F(ApiCrowd, AnswersALongPollEarlyWhereAnotherNeedsItsSeat) {
  commit(1);
  std::vector<WebResponse> early;
  begin_poll("1", early);
  await_waiting();
  ASSERT_TRUE(early.empty());
  const auto idle = seats_.take({.local = true});
  seats_.take({.local = true});  // ends the one that has waited longest
  ASSERT_TRUE(run_until(loop_, [&] { return early.size() == 1; }));
  EXPECT_EQ(early[0].status, 200u);
  EXPECT_EQ(early[0].body,
            fmt::format(R"({{"status":"success","data":{{"events":[],"next":1,"journal":"{}"}}}})"
                        "\n",
                        to_string(ledger_->id())));
  EXPECT_FALSE(idle->ended());
}

TEST_F(ApiCrowd, AnswersNoOtherLongPollEarly) {
  commit(1);
  Seats more{8, 8};
  std::vector<WebResponse> answers;
  begin_poll("1", answers);
  std::vector<std::string> bodies;
  WebRequest request{.method = "GET",
                     .path = "/api/v1/events",
                     .query = {{"after", "1"}, {"wait", "5m"}},
                     .headers = {},
                     .seat = more.take({.local = true})};
  boost::asio::co_spawn(
      loop_, api_.answer(std::move(request)),
      [&](std::exception_ptr, WebResponse response) { bodies.push_back(response.body); });
  await_waiting();
  const auto idle = seats_.take({.local = true});
  seats_.take({.local = true});
  ASSERT_TRUE(run_until(loop_, [&] { return answers.size() == 1; }));
  await_waiting();
  EXPECT_TRUE(bodies.empty());
  commit(1);
  bell_.ring();
  ASSERT_TRUE(run_until(loop_, [&] { return bodies.size() == 1; }));
  EXPECT_EQ(json::parse(bodies[0]).at("data").at("next"), 2);
}

TEST_F(ApiCrowd, TellsALongPollThatIsTooMuchToComeAgain) {
  commit(1);
  std::vector<WebResponse> answers;
  begin_poll("1", answers);
  await_waiting();
  begin_poll("1", answers);
  ASSERT_TRUE(run_until(loop_, [&] { return answers.size() == 1; }));
  EXPECT_EQ(answers[0].status, 503u);
  EXPECT_EQ(header(answers[0], "Retry-After"), "1");
  EXPECT_EQ(answers[0].refused, RefusalReason::full);
  EXPECT_EQ(json::parse(answers[0].body).at("error"), "too many long polls are waiting");
  begin_poll("0", answers);  // there is an event: nothing to wait for
  ASSERT_TRUE(run_until(loop_, [&] { return answers.size() == 2; }));
  EXPECT_EQ(json::parse(answers[1].body).at("data").at("next"), 1);
  commit(1);
  bell_.ring();
  ASSERT_TRUE(run_until(loop_, [&] { return answers.size() == 3; }));
  EXPECT_EQ(json::parse(answers[2].body).at("data").at("next"), 2);
}

TEST_F(ApiTest, WaitsNoLongerThanItIsAsked) {
  commit(1);
  const SteadyTime until = steady_now() + std::chrono::milliseconds(100);
  EXPECT_EQ(events({{"after", "1"}, {"wait", "100ms"}}), "none, next 1");
  EXPECT_GE(steady_now(), until);
}

TEST_F(ApiTest, SaysThatTheJournalCannotBeRead) {
  LedgerFaults faults;
  Api api(table_, instruments_, liveness_,
          std::make_unique<FaultyLedger>(open_sqlite_ledger(folder_.path()), faults), {}, audit_,
          {});
  faults.reads_fail = true;
  const WebRequest request{.method = "GET", .path = "/api/v1/events", .query = {}, .headers = {}};
  const WebResponse response = run(loop_, api.answer(request));
  EXPECT_EQ(response.status, 503u);
  EXPECT_EQ(json::parse(response.body).at("error"), "the disk is broken");
}

class ApiSilence : public ApiTest {
 protected:
  ~ApiSilence() override { faults_.release(); }

  // What becomes of the requests, in their order.
  void ask(const std::string& path) {
    const std::size_t number = answers_.size();
    answers_.emplace_back();
    const WebRequest request{.method = "GET", .path = path, .query = {}, .headers = {}};
    boost::asio::co_spawn(loop_, silent_.answer(request),
                          [this, number](std::exception_ptr, WebResponse response) {
                            answers_[number] = std::move(response);
                          });
  }
  const WebResponse& answer(std::size_t number) {
    if (!run_until(loop_, [&] { return answers_[number].has_value(); }))
      throw std::runtime_error("not answered");
    return *answers_[number];
  }
  const WebResponse& get_of(const std::string& path) {
    ask(path);
    return answer(answers_.size() - 1);
  }

  LedgerFaults faults_;
  std::deque<std::optional<WebResponse>> answers_;
  Api silent_{
      table_,    instruments_,
      liveness_, std::make_unique<FaultyLedger>(open_sqlite_ledger(folder_.path()), faults_),
      {},        audit_,
      {},        {.patience = std::chrono::milliseconds(200), .waiting = 2}};
};

TEST_F(ApiSilence, IsOfTheJournalAlone) {
  silent_.use_bell(bell_);
  watch_some();
  commit(1);
  faults_.reads_wait = true;
  ask("/api/v1/events");
  ASSERT_TRUE(run_until(loop_, [this] { return faults_.arrived == 1; }));
  for (const std::string path :
       {"/metrics", "/-/healthy", "/api/v1/status", "/api/v1/tenants", "/pairs"})
    EXPECT_EQ(get_of(path).status, 200u) << path;
  EXPECT_FALSE(answers_.front());

  EXPECT_EQ(answer(0).status, 503u);
  EXPECT_EQ(json::parse(answer(0).body).at("error"), "the storage hasn't answered for 200ms");
  EXPECT_EQ(get_of("/api/v1/events").status, 503u);
  EXPECT_EQ(get_of("/events.atom").status, 503u);
  for (const std::string path : {"/", "/events", "/tenants/contoso.example"}) {
    const WebResponse& page = get_of(path);
    EXPECT_EQ(page.status, 200u) << path;
    EXPECT_NE(page.body.find("The journal can't be read now."), std::string::npos) << path;
  }
  EXPECT_EQ(faults_.arrived, 1);

  faults_.release();
  while (get_of("/api/v1/events").status != 200)  // its call returns soon
    continue;
}

TEST_F(ApiSilence, OfTooManyIsToldToComeAgain) {
  silent_.use_bell(bell_);
  faults_.reads_wait = true;
  ask("/api/v1/events");
  ASSERT_TRUE(run_until(loop_, [this] { return faults_.arrived == 1; }));
  for (int i = 0; i < 3; ++i)
    ask("/api/v1/events");
  EXPECT_EQ(answer(3).status, 503u);
  EXPECT_EQ(header(answer(3), "Retry-After"), "1");
  EXPECT_EQ(answer(3).refused, RefusalReason::full);
  EXPECT_EQ(answer(2).status, 503u);
  EXPECT_EQ(header(answer(2), "Retry-After"), "");
}

}  // namespace
}  // namespace tenantscope
