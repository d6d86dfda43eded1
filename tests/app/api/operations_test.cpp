#include <algorithm>
#include <stdexcept>

#include "app/api/api_fixture.hpp"
#include "support/captured_log.hpp"

namespace tenantscope {
namespace {

boost::asio::awaitable<std::string> findings(std::string text) { co_return text; }

TEST_F(ApiTest, ReloadsWhereItMay) {
  EXPECT_EQ(send("POST", "/-/reload").status, 403u);
  for (const auto& [text, status] : {std::pair<std::string, unsigned>("", 200),
                                     std::pair<std::string, unsigned>("a.yaml:1:2: wrong", 400)}) {
    Api open(table_, instruments_, liveness_, open_sqlite_journal(folder_.path()),
             {.reload = [text = text] { return findings(text); }}, audit_, {.lifecycle = true});
    const WebResponse response = run(
        loop_, open.answer({.method = "POST", .path = "/-/reload", .query = {}, .headers = {}}));
    EXPECT_EQ(response.status, status);
    EXPECT_NE(response.body.find(text), std::string::npos);
  }
}

boost::asio::awaitable<std::string> failing_reload() {
  throw std::runtime_error("no room");
  co_return "";
}

// What the operations were asked.
struct Asked {
  bool reload = false;
  std::string drill;
  std::string render;
  std::optional<Redelivery> redelivery;
};

boost::asio::awaitable<Result<Letter>> rendered(Result<Letter> letter) { co_return letter; }

boost::asio::awaitable<Result<std::uint64_t>> answered(Result<std::uint64_t> answer) {
  co_return answer;
}

class ApiOperations : public ApiTest {
 protected:
  ApiOperations() { watch_some(); }

  WebResponse post(WebRequest request) {
    request.method = "POST";
    Api api(table_, instruments_, liveness_, open_sqlite_journal(folder_.path()),
            {.reload =
                 [this] {
                   asked_.reload = true;
                   return findings("");
                 },
             .drill =
                 [this](TenantKey tenant, std::string to) {
                   asked_.drill = to_string(tenant) + " to " + to;
                   return answered(answer_);
                 },
             .render =
                 [this](DrillRendering asked) {
                   asked_.render =
                       to_string(asked.tenant) + " to " + asked.to + " for " + asked.sink;
                   return rendered(letter_);
                 },
             .redeliver =
                 [this](Redelivery redelivery) {
                   asked_.redelivery = redelivery;
                   return answered(answer_);
                 }},
            audit_, {.lifecycle = lifecycle_});
    return run(loop_, api.answer(std::move(request)));
  }
  // By the control socket.
  WebResponse post(const std::string& path, Query query) {
    return post(WebRequest{.path = path, .query = std::move(query), .control = true, .user_id = 7});
  }

  bool lifecycle_ = false;
  Asked asked_;
  Result<std::uint64_t> answer_ = 42;
  Result<Letter> letter_ = Letter{.content_type = "application/json", .body = "{\"text\":1}"};
};

TEST_F(ApiOperations, DrillsATenant) {
  const WebResponse response =
      post("/api/v1/drill", {{"tenant", "Contoso.example"}, {"to", "USGov"}});
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(json::parse(response.body).at("data").at("sequence"), "00000000000000000042");
  EXPECT_EQ(asked_.drill, "contoso.example@global to USGov");
  EXPECT_EQ(post("/api/v1/drill", {{"tenant", "agency.example"}, {"cloud", "usgov"}, {"to", "USG"}})
                .status,
            200u);
  EXPECT_EQ(asked_.drill, "agency.example@usgov to USG");
}

TEST_F(ApiOperations, RenderADrillAndSendNothing) {
  const Query query{{"tenant", "contoso.example"}, {"to", "USG"}};
  const auto with = [&](std::vector<std::pair<std::string, std::string>> more) {
    Query all = query;
    all.insert(all.end(), more.begin(), more.end());
    return post("/api/v1/drill", all);
  };
  const WebResponse response = with({{"render", "true"}, {"sink", "soc"}});
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(json::parse(response.body).at("data"),
            (json::value{{"content_type", "application/json"}, {"body", "{\"text\":1}"}}));
  EXPECT_EQ(asked_.render, "contoso.example@global to USG for soc");
  EXPECT_EQ(asked_.drill, "");
  EXPECT_EQ(with({{"render", "true"}}).status, 400u);
  EXPECT_EQ(with({{"sink", "soc"}}).status, 400u);
  EXPECT_EQ(with({{"render", "yes"}, {"sink", "soc"}}).status, 400u);
  EXPECT_EQ(asked_.drill, "");
  letter_ = Error{ErrorKind::other, "no sink is named `soc`"};
  EXPECT_EQ(with({{"render", "true"}, {"sink", "soc"}}).status, 404u);
}

TEST_F(ApiOperations, RefuseWhatTheyCannotDo) {
  EXPECT_EQ(post("/api/v1/drill", {{"tenant", "contoso.example"}}).status, 400u);
  EXPECT_EQ(post("/api/v1/drill", {{"to", "USG"}}).status, 400u);
  EXPECT_EQ(post("/api/v1/drill", {{"tenant", "no name"}, {"to", "USG"}}).status, 400u);
  EXPECT_EQ(post("/api/v1/drill", {{"tenant", "contoso.example"}, {"to", "USG\u202e"}}).status,
            400u);
  EXPECT_EQ(post("/api/v1/drill", {{"tenant", "agency.example"}, {"to", "USG"}}).status, 400u)
      << "asked in two clouds";
  EXPECT_EQ(post("/api/v1/drill", {{"tenant", "left.example"}, {"to", "USG"}}).status, 404u);
  EXPECT_EQ(post("/api/v1/redeliver", {{"id", "x"}}).status, 400u);
  EXPECT_EQ(post("/api/v1/redeliver", {{"sink", "soc"}}).status, 400u);
  EXPECT_EQ(
      post("/api/v1/redeliver", {{"sink", "soc"}, {"id", "x"}, {"since", "2026-11-23T10:00:00Z"}})
          .status,
      400u);
  EXPECT_EQ(post("/api/v1/redeliver", {{"sink", "soc"}, {"since", "yesterday"}}).status, 400u);
  EXPECT_EQ(asked_.drill, "");
  EXPECT_FALSE(asked_.redelivery);
  answer_ = Error{ErrorKind::other, "no sink is named `soc`"};
  EXPECT_EQ(post("/api/v1/redeliver", {{"sink", "soc"}, {"id", "x"}}).status, 404u);
  answer_ = Error{ErrorKind::io, "the disk is broken"};
  const WebResponse broken = post("/api/v1/drill", {{"tenant", "contoso.example"}, {"to", "USG"}});
  EXPECT_EQ(broken.status, 503u);
  EXPECT_EQ(json::parse(broken.body).at("error"), "the disk is broken");
}

TEST_F(ApiOperations, RedeliverByIdOrSince) {
  EXPECT_EQ(json::parse(post("/api/v1/redeliver", {{"sink", "soc"}, {"id", "an-id"}}).body)
                .at("data")
                .at("events"),
            42);
  EXPECT_EQ(asked_.redelivery->sink, "soc");
  EXPECT_EQ(asked_.redelivery->id, "an-id");
  EXPECT_EQ(post("/api/v1/redeliver", {{"sink", "soc"}, {"since", "2026-11-23T10:00:00Z"}}).status,
            200u);
  EXPECT_EQ(asked_.redelivery->id, "");
  EXPECT_EQ(rfc3339(asked_.redelivery->since), "2026-11-23T10:00:00.000Z");
}

// Everything that a proxy or a program of this machine may do, or a browser's page.
TEST_F(ApiOperations, AreForWhoeverMayDoThem) {
  const WebRequest stranger{.peer = "192.0.2.1"};
  const WebRequest local{.peer = "127.0.0.1", .local = true, .by_loopback = true};
  WebRequest proxied = local;
  proxied.headers = {{"x-forwarded-for", "192.0.2.1"}};
  const WebRequest by_socket{.local = true, .user_id = 7};
  WebRequest user = stranger;
  user.user = "alice";
  WebRequest certified = stranger;
  certified.certificate = "ops.example";
  WebRequest page = user;
  page.headers = {{"origin", "https://evil.example"}};
  WebRequest quiet_page = user;
  quiet_page.headers = {{"sec-fetch-site", "cross-site"}};
  WebRequest other_port = user;
  other_port.headers = {{"sec-fetch-site", "same-site"}};
  const WebRequest control{.local = true, .control = true, .user_id = 7};
  const struct {
    const char* who;
    const WebRequest& request;
    bool may, may_with_lifecycle;
  } table[] = {{"a stranger", stranger, false, true},
               {"a program of this machine, or a proxy that adds no header", local, false, true},
               {"a proxy", proxied, false, true},
               {"a unix: socket", by_socket, false, true},
               {"a user", user, true, true},
               {"a client certificate", certified, true, true},
               {"a foreign page, with a user's login", page, false, false},
               {"a foreign page that hides its origin", quiet_page, false, false},
               {"a page of another port", other_port, false, false},
               {"the control socket", control, true, true}};
  const std::pair<const char*, Query> operations[] = {
      {"/-/reload", {}},
      {"/api/v1/drill", {{"tenant", "contoso.example"}, {"to", "USG"}}},
      {"/api/v1/redeliver", {{"sink", "soc"}, {"id", "x"}}}};
  for (const auto& [who, request, may, may_with_lifecycle] : table)
    for (const auto& [path, query] : operations)
      for (const bool lifecycle : {false, true}) {
        lifecycle_ = lifecycle;
        asked_ = {};
        WebRequest asking = request;
        asking.path = path;
        asking.query = query;
        const bool expected = lifecycle ? may_with_lifecycle : may;
        EXPECT_EQ(post(std::move(asking)).status, expected ? 200u : 403u) << who << path;
        EXPECT_EQ(asked_.reload || !asked_.drill.empty() || asked_.redelivery, expected)
            << who << path;
      }
}

TEST_F(ApiOperations, AreInTheAuditLog) {
  testing::internal::CaptureStderr();
  const WebRequest user{.path = "/api/v1/drill",
                        .query = {{"tenant", "contoso.example"}, {"to", "USG"}},
                        .peer = "192.0.2.1",
                        .user = "alice"};
  post(user);
  answer_ = Error{ErrorKind::other, "no sink is named `soc`"};
  post("/api/v1/redeliver", {{"sink", "soc"}, {"id", "x"}});
  WebRequest reload{.path = "/-/reload", .peer = "192.0.2.2", .certificate = "ops.example"};
  post(reload);
  reload.certificate.clear();
  post(reload);
  post(reload);
  send("GET", "/api/v1/drill");
  audit_.sweep(SteadyTime::max());
  const std::string log = captured_log(log_);
  for (const std::string& line :
       {std::string("level=info msg=\"operation\" logger=audit operation=drill "
                    "tenant=contoso.example to=USG user=alice peer=192.0.2.1 outcome=done "
                    "status=200\n"),
        std::string("level=info msg=\"operation\" logger=audit operation=redeliver sink=soc id=x "
                    "peer=control uid=7 outcome=failed status=404\n"),
        std::string("level=info msg=\"operation\" logger=audit operation=reload "
                    "certificate=ops.example peer=192.0.2.2 outcome=done status=200\n")})
    EXPECT_NE(log.find(line), std::string::npos) << line << log;
  const std::string refused =
      "level=warn msg=\"operation refused\" logger=audit peer=192.0.2.2 operation=reload "
      "count=1\n";
  const auto first = log.find(refused);
  EXPECT_NE(first, std::string::npos) << log;
  EXPECT_NE(log.find(refused, first + 1), std::string::npos) << "the one after it, at the end";
  EXPECT_EQ(std::ranges::count(log, '\n'), 5) << log;
}

// The server answers with 500 and logs why.
TEST_F(ApiOperations, ThatFailAreInTheAuditLog) {
  testing::internal::CaptureStderr();
  Api api(table_, instruments_, liveness_, open_sqlite_journal(folder_.path()),
          {.reload = failing_reload}, audit_, {});
  WebRequest reload{.method = "POST", .path = "/-/reload", .peer = "192.0.2.1", .user = "alice"};
  EXPECT_THROW(run(loop_, api.answer(std::move(reload))), std::runtime_error);
  const std::string log = captured_log(log_);
  EXPECT_NE(log.find("operation=reload user=alice peer=192.0.2.1 outcome=failed status=500\n"),
            std::string::npos)
      << log;
}

}  // namespace
}  // namespace tenantscope
