#include "app/api/api_fixture.hpp"

namespace tenantscope {
namespace {

boost::asio::awaitable<std::string> findings(std::string text) { co_return text; }

TEST_F(ApiTest, ReloadsWhereItMay) {
  EXPECT_EQ(send("POST", "/-/reload").status, 403u);
  for (const auto& [text, status] : {std::pair<std::string, unsigned>("", 200),
                                     std::pair<std::string, unsigned>("a.yaml:1:2: wrong", 400)}) {
    Api open(table_, instruments_, liveness_, open_sqlite_journal(folder_.path()),
             {.reload = [text = text] { return findings(text); }}, {.lifecycle = true});
    const WebResponse response = run(
        loop_, open.answer({.method = "POST", .path = "/-/reload", .query = {}, .headers = {}}));
    EXPECT_EQ(response.status, status);
    EXPECT_NE(response.body.find(text), std::string::npos);
  }
}

// What the operations were asked.
struct Asked {
  std::string drill;
  std::optional<Redelivery> redelivery;
};

boost::asio::awaitable<Result<std::uint64_t>> answered(Result<std::uint64_t> answer) {
  co_return answer;
}

class ApiOperations : public ApiTest {
 protected:
  ApiOperations() { watch_some(); }

  WebResponse post(const std::string& path, Query query, bool local = true, Query headers = {},
                   bool lifecycle = false) {
    Api api(table_, instruments_, liveness_, open_sqlite_journal(folder_.path()),
            {.reload = [] { return findings(""); },
             .drill =
                 [this](TenantKey tenant, std::string to) {
                   asked_.drill = to_string(tenant) + " to " + to;
                   return answered(answer_);
                 },
             .redeliver =
                 [this](Redelivery redelivery) {
                   asked_.redelivery = redelivery;
                   return answered(answer_);
                 }},
            {.lifecycle = lifecycle});
    WebRequest request{.method = "POST",
                       .path = path,
                       .query = std::move(query),
                       .headers = std::move(headers),
                       .local = local};
    return run(loop_, api.answer(std::move(request)));
  }

  Asked asked_;
  Result<std::uint64_t> answer_ = 42;
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

TEST_F(ApiOperations, AreForThisMachineUnlessTheLifecycleIsEnabled) {
  const Query drill{{"tenant", "contoso.example"}, {"to", "USG"}};
  EXPECT_EQ(post("/api/v1/drill", drill, false).status, 403u);
  EXPECT_EQ(post("/api/v1/redeliver", {{"sink", "soc"}, {"id", "x"}}, false).status, 403u);
  EXPECT_EQ(post("/api/v1/drill", drill, true, {{"x-forwarded-for", "192.0.2.1"}}).status, 403u)
      << "through a proxy";
  EXPECT_EQ(asked_.drill, "");
  EXPECT_EQ(post("/api/v1/drill", drill, false, {}, true).status, 200u);
  EXPECT_EQ(post("/-/reload", {}, true).status, 403u) << "a reload always needs the flag";
}

TEST_F(ApiOperations, AreNotForBrowsers) {
  const Query origin{{"origin", "https://evil.example"}};
  EXPECT_EQ(
      post("/api/v1/drill", {{"tenant", "contoso.example"}, {"to", "USG"}}, true, origin, true)
          .status,
      403u);
  EXPECT_EQ(post("/-/reload", {}, true, origin, true).status, 403u);
  EXPECT_EQ(asked_.drill, "");
}

}  // namespace
}  // namespace tenantscope
