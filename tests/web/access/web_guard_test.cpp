#include "web/access/guarding.hpp"

namespace tenantscope {
namespace {

TEST_F(WebGuardTest, LetsEverybodyInWithoutUsers) {
  config->basic_auth_users.clear();
  EXPECT_EQ(ask().body, "/metrics");
  EXPECT_EQ(ask("nonsense").status, 200u);
  EXPECT_EQ(checks, 0);
}

TEST_F(WebGuardTest, SaysAWordOfHealthWithoutALogin) {
  const auto health = [](WebRequest request) -> asio::awaitable<WebResponse> {
    co_return WebResponse{.status = request.path == "/-/ready" ? 503u : 200u,
                          .content_type = "text/html",
                          .body = "tenantscope 1.2.3 says much",
                          .headers = {{"Content-Encoding", "gzip"}, {"Vary", "Accept-Encoding"}}};
  };
  WebGuard open(health, [this] { return config; }, audit, {.health = HealthLogin::none});
  const auto ask_open = [&](std::string method, std::string path, std::string authorization = "") {
    WebRequest request{.method = std::move(method), .path = std::move(path), .peer = "192.0.2.1"};
    if (!authorization.empty())
      request.headers = {{"authorization", std::move(authorization)}};
    return run(loop, open.answer(std::move(request)));
  };
  const WebResponse healthy = ask_open("GET", "/-/healthy");
  EXPECT_EQ(healthy.body, "ok\n");
  EXPECT_EQ(healthy.headers, WebResponse().headers);
  EXPECT_EQ(healthy.content_type, WebResponse().content_type);
  EXPECT_EQ(ask_open("HEAD", "/-/healthy").status, 200u);
  EXPECT_EQ(ask_open("GET", "/-/ready").body, "unavailable\n");
  EXPECT_EQ(ask_open("GET", "/-/healthy", login("alice", "wrong")).body, "ok\n");
  for (const char* path : {"/", "/-/healthy/", "/-/reload", "/metrics"})
    EXPECT_EQ(ask_open("GET", path).status, 401u) << path;
  EXPECT_EQ(ask_open("POST", "/-/healthy").status, 401u);
  config->basic_auth_users.clear();
  EXPECT_EQ(ask_open("GET", "/-/healthy").body, "tenantscope 1.2.3 says much");
}

TEST_F(WebGuardTest, LetsUsersInAndNobodyElse) {
  EXPECT_EQ(ask(alice).body, "/metrics to alice");
  EXPECT_EQ(status("bAsIc   " + encode_base64("bob:builder")), 200u);
  EXPECT_EQ(status(login("alice", "builder")), 401u);
  EXPECT_EQ(status(login("bob", "wonderland")), 401u);
  EXPECT_EQ(status(login("Alice", "wonderland")), 401u);
  EXPECT_EQ(status(login("alice", "")), 401u);
  const WebResponse refused = ask();
  EXPECT_EQ(refused.status, 401u);
  EXPECT_EQ(refused.body, "unauthorized\n");
  EXPECT_EQ(header(refused, "WWW-Authenticate"), R"(Basic realm="tenantscope", charset="UTF-8")");
}

TEST_F(WebGuardTest, GivesNoLoginToWhatAnswers) {
  const auto answer = [](WebRequest request) -> asio::awaitable<WebResponse> {
    co_return WebResponse{.body = "`" + std::string(request.header("authorization")) + "`"};
  };
  WebGuard forgetful(
      answer, [this] { return config; }, audit, {},
      [](const std::string&, const std::string&) { return true; });
  for (const bool control : {false, true}) {
    WebRequest request{.method = "GET", .path = "/", .headers = {{"authorization", alice}}};
    request.control = control;
    EXPECT_EQ(run(loop, forgetful.answer(std::move(request))).body, "``");
  }
}

TEST_F(WebGuardTest, AsksForALoginOnEveryPath) {
  for (const char* path :
       {"/", "/metrics", "/-/healthy", "/-/ready", "/-/reload", "/api/v1/tenants"})
    EXPECT_EQ(ask(WebRequest{.method = "GET", .path = path}).status, 401u) << path;
}

TEST_F(WebGuardTest, RefusesWhatIsNoLoginWithoutAnyCheck) {
  for (const std::string& wrong :
       {std::string("Basic"), std::string("Basic "), std::string("Bearer abc"),
        std::string("Basic !!!!"), std::string("Basic YWxpY2U6d29uZGVybGFuZA"),
        "Basic " + encode_base64("alice"), "Basic" + encode_base64("alice:wonderland"),
        alice + "\t", alice + " x", login("alice", std::string("wonderland\0", 11)),
        login("alice", std::string("wonderland\0x", 12)), login("alice", std::string(73, 'a')),
        login("nobody", std::string(73, 'a'))})
    EXPECT_EQ(status(wrong), 401u) << wrong;
  WebRequest twice{.method = "GET",
                   .path = "/",
                   .headers = {{"authorization", alice}, {"authorization", alice}}};
  EXPECT_EQ(ask(std::move(twice)).status, 401u);
  EXPECT_EQ(checks, 0);
}

TEST_F(WebGuardTest, TakesTheLongestPasswordAndOneWithColons) {
  const std::string longest(72, 'a');
  config->basic_auth_users = {{"alice", "$2b$10$:" + longest}, {"bob", "$2b$10$:a:b:"}};
  EXPECT_EQ(status(login("alice", longest)), 200u);
  EXPECT_EQ(status(login("bob", "a:b:")), 200u);
}

TEST_F(WebGuardTest, ChecksARightLoginOnceAndAWrongOneEachTime) {
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(status(alice), 200u);
  EXPECT_EQ(checks, 1);
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(status(login("alice", "wrong")), 401u);
  EXPECT_EQ(checks, 6);
  EXPECT_EQ(status(alice), 200u);
  EXPECT_EQ(checks, 6);
  EXPECT_EQ(status(login("bob", "builder")), 200u);
  EXPECT_EQ(status(alice), 200u);
  EXPECT_EQ(checks, 7);
}

TEST_F(WebGuardTest, ForgetsLoginsWhenUsersChange) {
  EXPECT_EQ(status(alice), 200u);
  change([](WebConfig& c) { c.headers = {{"X-Frame-Options", "deny"}}; });
  EXPECT_EQ(status(alice), 200u);
  EXPECT_EQ(checks, 1);  // the same users
  change([](WebConfig& c) { c.basic_auth_users["alice"] = "$2b$10$alice:looking-glass"; });
  EXPECT_EQ(status(alice), 401u);
  EXPECT_EQ(status(login("alice", "looking-glass")), 200u);
  change([](WebConfig& c) { c.basic_auth_users.erase("alice"); });
  EXPECT_EQ(status(login("alice", "looking-glass")), 401u);
  change([](WebConfig& c) { c.basic_auth_users["alice"] = "$2b$10$alice:looking-glass"; });
  const int before = checks;
  EXPECT_EQ(status(login("alice", "looking-glass")), 200u);
  EXPECT_EQ(checks, before + 1);
}

TEST_F(WebGuardTest, ChecksAnUnknownUserLikeAKnownOne) {
  // Whatever hash stands in: its own password isn't the unknown user's.
  for (const char* password : {"wonderland", "builder"})
    for (const char* user : {"eve", "mallory", ""})
      EXPECT_EQ(status(login(user, password)), 401u);
  EXPECT_EQ(checks, 6);
  for (const std::string& hash : checked)
    EXPECT_TRUE(hash == alices || hash == bobs) << hash;
  const auto first = checked.front();
  checked.clear();
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(status(login("eve", "x")), 401u);
  EXPECT_EQ(checked, std::vector<std::string>(4, first));
}

TEST_F(WebGuardTest, RefusesNamesOnLoopbackThatItIsntKnownBy) {
  config->basic_auth_users.clear();
  const struct {
    const char* host;
    unsigned status;
  } table[] = {{"127.0.0.1:10944", 200},
               {"192.0.2.7", 200},
               {"[::1]:10944", 200},
               {"[2001:db8::1]", 200},
               {"localhost:10944", 200},
               {"LocalHost.", 200},
               {"tenantscope.example", 200},
               {"TenantScope.example:443", 200},
               {"", 200},
               {"evil.example", 421},
               {"evil.example:10944", 421},
               {"localhost.evil.example", 421},
               {"127.0.0.1.evil.example", 421},
               {"127.1", 421},
               {"[::1].evil.example", 421},
               {"127.0.0.1:80.evil.example", 421},
               {"localhost:", 200},
               {"x.tenantscope.example", 421},
               {"[evil.example]", 421},
               {"0.0.0.0:10944", 421},
               {"[::]:10944", 421},
               {"[::ffff:0.0.0.0]", 421},
               {"[::ffff:127.0.0.1]", 200},
               {":80", 421}};
  for (const auto& [host, expected] : table) {
    WebRequest request{
        .method = "GET", .path = "/metrics", .headers = {{"host", host}}, .by_loopback = true};
    const WebResponse response = ask(request);
    EXPECT_EQ(response.status, expected) << host;
    EXPECT_EQ(response.refused, expected == 421 ? std::optional(RefusalReason::host) : std::nullopt)
        << host;
    for (const char* flag : {"--web.external-url=", "--web.allowed-host="})
      EXPECT_EQ(response.body.find(flag) != std::string::npos, expected == 421) << response.body;
    request.by_loopback = false;
    EXPECT_EQ(ask(request).status, 200u) << host;
    request.by_loopback = request.control = true;
    EXPECT_EQ(ask(request).status, 200u) << host;
  }
}

TEST_F(WebGuardTest, StaysResponsiveWhileLoginsWait) {
  std::promise<void> unblock;
  EXPECT_EQ(status(alice), 200u);
  blocked = unblock.get_future().share();
  std::map<unsigned, int> statuses;
  std::string retry_after;
  const int asking = int(PasswordThread::most_waiting) + 5;
  for (int i = 0; i < asking; ++i) {
    WebRequest request{.method = "GET",
                       .path = "/",
                       .headers = {{"authorization", login("alice", "wrong")}},
                       .peer = "192.0.2." + std::to_string(i)};
    asio::co_spawn(loop, guard.answer(std::move(request)),
                   [&](std::exception_ptr, WebResponse response) {
                     ++statuses[response.status];
                     if (response.status == 503)
                       retry_after = header(response, "Retry-After");
                   });
  }
  EXPECT_TRUE(
      run_until(loop, [&] { return checks == 2 && statuses[503] >= 4; }));  // one is being checked
  EXPECT_EQ(retry_after, "1");
  EXPECT_EQ(status(alice), 200u);
  EXPECT_EQ(status(), 401u);
  unblock.set_value();
  EXPECT_TRUE(run_until(loop, [&] { return statuses[401] + statuses[503] == asking; }));
  EXPECT_LE(statuses[401], int(PasswordThread::most_waiting) + 1);
  EXPECT_EQ(statuses[401] + 1, checks);
}

TEST_F(WebGuardTest, ALoginThatFoundNoRoomIsNoFailure) {
  std::promise<void> unblock;
  blocked = unblock.get_future().share();
  int answered = 0;
  const auto spawn = [&](const std::string& peer) {
    WebRequest request{.method = "GET",
                       .path = "/",
                       .headers = {{"authorization", login("alice", "wrong")}},
                       .peer = peer};
    asio::co_spawn(loop, guard.answer(std::move(request)),
                   [&](std::exception_ptr, WebResponse) { ++answered; });
  };
  for (int i = 0; i < int(PasswordThread::most_waiting) + 1; ++i) {
    spawn("192.0.2." + std::to_string(i));
    EXPECT_TRUE(run_until(loop, [&] { return checks == 1; }));
  }
  for (int i = 0; i < 3 * LoginFailures::burst; ++i)
    EXPECT_EQ(status(login("alice", "wrong"), "198.51.100.1"), 503u);
  unblock.set_value();
  EXPECT_TRUE(run_until(loop, [&] { return answered == int(PasswordThread::most_waiting) + 1; }));
  EXPECT_EQ(status(login("alice", "wrong"), "198.51.100.1"), 401u);
}

TEST_F(WebGuardTest, LimitsTheRateOfAllTogether) {
  change([](WebConfig& c) { c.rate_limit = WebRateLimit{2500ms, 2}; });
  EXPECT_EQ(status(alice), 200u);
  EXPECT_EQ(status("", "192.0.2.2"), 401u);
  const WebResponse refused = ask(alice, "192.0.2.3");
  EXPECT_EQ(refused.status, 429u);
  EXPECT_EQ(refused.refused, RefusalReason::rate_limit);
  EXPECT_EQ(header(refused, "Retry-After"), "3");
  now += 2500ms;
  change([](WebConfig& c) { c.headers.clear(); });  // the limit is the same: it goes on
  EXPECT_EQ(status(alice), 200u);
  EXPECT_EQ(status(alice), 429u);
  change([](WebConfig& c) { c.rate_limit = WebRateLimit{2500ms, 3}; });
  EXPECT_EQ(status(alice), 200u);
  change([](WebConfig& c) { c.rate_limit.reset(); });
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(status(alice), 200u);
}

TEST_F(WebGuardTest, LetsTheControlSocketThrough) {
  change([](WebConfig& c) { c.rate_limit = WebRateLimit{1h, 1}; });
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(ask("", "", true).status, 200u);
  EXPECT_EQ(ask(login("alice", "wrong"), "", true).status, 200u);
  EXPECT_EQ(checks, 0);
  EXPECT_EQ(status(alice), 200u);  // they took nobody's token
}

TEST_F(WebGuardTest, SetsTheHeadersOnEveryAnswer) {
  change([](WebConfig& c) {
    c.headers = {{"X-Frame-Options", "deny"}, {"Content-Security-Policy", "default-src 'self'"}};
    c.rate_limit = WebRateLimit{1h, 2};
  });
  for (const unsigned expected : {200u, 401u, 429u}) {
    const WebResponse response = ask(expected == 200 ? alice : "");
    EXPECT_EQ(response.status, expected);
    EXPECT_EQ(header(response, "X-Frame-Options"), "deny");
    EXPECT_EQ(header(response, "x-frame-options"), "");
    EXPECT_EQ(header(response, "Content-Security-Policy"), "default-src 'self'");
    EXPECT_EQ(header(response, "X-Own"), expected == 200 ? "1" : "");
  }
}

TEST(WebGuardStop, WaitsForNoCheckThatIsUnderWayAndLeavesTheLoopAlone) {
  std::promise<void> unblock;
  const auto blocked = unblock.get_future().share();
  auto held = std::make_shared<int>();
  const std::weak_ptr<int> thread = held;  // until it has ended
  std::atomic<bool> checking = false;
  auto alive = std::make_shared<int>();
  auto loop = std::make_unique<asio::io_context>();
  auto config = std::make_shared<WebConfig>();
  AuditLog audit(Log(LogLevel::error, LogFormat::logfmt));
  config->basic_auth_users = {{"alice", alices}};
  auto guard = std::make_unique<WebGuard>(
      served, [config] { return config; }, audit, WebGuard::Flags{},
      [&checking, blocked, held](const std::string&, const std::string&) {
        checking = true;
        blocked.wait();
        return true;
      });
  for (int i = 0; i < 3; ++i) {
    WebRequest request{.method = "GET", .path = "/", .headers = {{"authorization", alice}}};
    asio::co_spawn(*loop, guard->answer(std::move(request)),
                   [alive](std::exception_ptr, WebResponse) { ADD_FAILURE() << "resumed"; });
  }
  EXPECT_TRUE(run_until(*loop, [&] { return checking.load(); }));
  loop->poll();  // the others wait
  guard->stop();
  loop->restart();
  loop->poll();
  EXPECT_EQ(alive.use_count(), 1);  // all of them were destroyed
  loop.reset();
  guard.reset();
  held.reset();
  EXPECT_FALSE(thread.expired());
  unblock.set_value();
  asio::io_context nothing;
  EXPECT_TRUE(run_until(nothing, [&] { return thread.expired(); }));
}

TEST(Bcrypt, KnowsTheThreeForms) {
  // "fakepassword", as the exporter-toolkit's documentation of bcrypt shows it.
  const std::string rest = "$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi";
  for (const std::string form : {"$2a", "$2b", "$2y"}) {
    EXPECT_TRUE(bcrypt_matches(form + rest, "fakepassword"));
    EXPECT_FALSE(bcrypt_matches(form + rest, "fakepassworD"));
    EXPECT_FALSE(bcrypt_matches(form + rest, ""));
  }
  std::string unused_bits = "$2b" + rest;
  unused_bits[7 + 21] =
      'f';  // the salt's last character has two bits that count; `e` and `f` share them
  EXPECT_TRUE(bcrypt_matches(unused_bits, "fakepassword"));
}

}  // namespace
}  // namespace tenantscope
