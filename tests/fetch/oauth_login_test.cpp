// Tokens: when one is asked for, by which way, and what is made of bad answers.
#include "fetch/oauth_login.hpp"

#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>
#include <fstream>
#include <functional>
#include <mutex>

#include <fmt/format.h>

#include "fetch/fetching.hpp"
#include "fetch/http_client.hpp"
#include "fetch/oauth_token.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

struct Asked {
  std::string head, body;
};

// What is answered to the request with this number, from 1: status and body.
using Answers = std::function<std::pair<std::string, std::string>(int number, const Asked& asked)>;

class AnsweringServer {
 public:
  explicit AnsweringServer(Answers answers) : answers_(std::move(answers)) {}

  std::string url() const { return server_.url(); }
  std::vector<Asked> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  void serve(RawConnection& connection) {
    while (const auto head = connection.read_head()) {
      const Asked asked{*head, connection.read_body(*head)};
      std::unique_lock lock(mutex_);
      asked_.push_back(asked);
      const int number = int(asked_.size());
      lock.unlock();
      const auto [status, body] = answers_(number, asked);
      connection.send(
          fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\n\r\n{}", status, body.size(), body));
    }
  }

  Answers answers_;
  mutable std::mutex mutex_;
  std::vector<Asked> asked_;  // guarded by mutex_
  RawServer server_{[this](RawConnection& connection) { serve(connection); }};
};

// "token-N", for the Nth that asks.
Answers numbered_tokens(const std::string& rest = "\"expires_in\": 3600") {
  return [rest](int number, const Asked&) {
    return std::pair(std::string("200 OK"), "{\"access_token\": \"token-" + std::to_string(number) +
                                                "\", \"token_type\": \"bearer\", " + rest + "}");
  };
}

Answers taking_all() {
  return [](int, const Asked&) { return std::pair(std::string("200 OK"), std::string("ab")); };
}

bool shows(const Asked& asked, const std::string& line) {
  return asked.head.find("\r\n" + line + "\r\n") != std::string::npos;
}

class OAuthTest : public FetcherTest {
 protected:
  HttpClientSettings settings(const std::string& token_url) {
    std::ofstream(folder_.path() / "secret") << "s3:cret\n";
    HttpClientSettings made;
    made.oauth2 = {.client_id = "me & you",
                   .client_secret = {.file = folder_.path() / "secret"},
                   .token_url = token_url,
                   .scopes = {"a.read", "b"}};
    return made;
  }
  std::shared_ptr<HttpClient> client(const AnsweringServer& tokens) {
    return std::make_shared<HttpClient>(*fetcher_, settings(tokens.url() + "/token?x=y"));
  }
  Result<FetchResponse> ask(const std::shared_ptr<HttpClient>& client,
                            const AnsweringServer& server) {
    return run(loop_, HttpClient::fetch(client, {.url = server.url(), .post = "event"}));
  }

  TemporaryFolder folder_;
};

TEST_F(OAuthTest, AsksForATokenOnceAndShowsItEachTime) {
  AnsweringServer tokens(numbered_tokens()), server(taking_all());
  const auto client = this->client(tokens);
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(ask(client, server));
  ASSERT_EQ(tokens.asked().size(), 1u);
  const Asked asked = tokens.asked().front();
  EXPECT_TRUE(asked.head.starts_with("POST /token?x=y HTTP/1.1\r\n")) << asked.head;
  EXPECT_TRUE(shows(asked, "Authorization: Basic bWUlMjAlMjYlMjB5b3U6czMlM0FjcmV0")) << asked.head;
  EXPECT_TRUE(shows(asked, "Content-Type: application/x-www-form-urlencoded"));
  EXPECT_EQ(asked.body, "grant_type=client_credentials&scope=a.read%20b");
  for (const Asked& request : server.asked())
    EXPECT_TRUE(shows(request, "Authorization: Bearer token-1")) << request.head;
}

TEST_F(OAuthTest, AsksForAnotherOnceItsTimeIsOver) {
  AnsweringServer tokens(numbered_tokens("\"expires_in\": \"0.001\"")), server(taking_all());
  const auto client = this->client(tokens);
  EXPECT_TRUE(run_until(loop_, [&] { return ask(client, server) && tokens.asked().size() >= 3; }));
}

TEST_F(OAuthTest, AsksForAnotherOnceWhereItIsNotTaken) {
  AnsweringServer tokens(numbered_tokens());
  AnsweringServer server([](int, const Asked& asked) {
    return std::pair(
        std::string(shows(asked, "Authorization: Bearer token-1") ? "401 No" : "200 OK"),
        std::string("ab"));
  });
  const auto client = this->client(tokens);
  const auto answer = ask(client, server);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(tokens.asked().size(), 2u);
  ASSERT_EQ(server.asked().size(), 2u);
  EXPECT_EQ(server.asked()[1].body, "event");
}

TEST_F(OAuthTest, AsksNoThirdTimeWhereNoTokenIsTaken) {
  AnsweringServer tokens(numbered_tokens());
  AnsweringServer server(
      [](int, const Asked&) { return std::pair(std::string("401 No"), std::string()); });
  const auto answer = ask(client(tokens), server);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 401);
  EXPECT_EQ(tokens.asked().size(), 2u);
  EXPECT_EQ(server.asked().size(), 2u);
}

TEST_F(OAuthTest, AsksOnceForManyThatNeedOne) {
  AnsweringServer tokens(numbered_tokens()), server(taking_all());
  const auto client = this->client(tokens);
  int taken = 0;
  for (int i = 0; i < 20; ++i)
    boost::asio::co_spawn(loop_, HttpClient::fetch(client, {.url = server.url()}),
                          [&](std::exception_ptr, Result<FetchResponse> answer) {
                            taken += answer && answer->status == 200;
                          });
  EXPECT_TRUE(run_until(loop_, [&] { return taken == 20; }));
  EXPECT_EQ(tokens.asked().size(), 1u);
}

TEST_F(OAuthTest, TellsAllWhoWaitThatThereIsNone) {
  AnsweringServer tokens(
      [](int, const Asked&) { return std::pair(std::string("500 No"), std::string()); });
  AnsweringServer server(taking_all());
  const auto client = this->client(tokens);
  int refused = 0;
  for (int i = 0; i < 20; ++i)
    boost::asio::co_spawn(loop_, HttpClient::fetch(client, {.url = server.url()}),
                          [&](std::exception_ptr, Result<FetchResponse> answer) {
                            refused += !answer && answer.error().kind == ErrorKind::http_status;
                          });
  EXPECT_TRUE(run_until(loop_, [&] { return refused == 20; }));
  EXPECT_EQ(server.asked().size(), 0u);
}

TEST_F(OAuthTest, EndsWithItsFetcher) {
  const RawServer hanging([](RawConnection& connection) { connection.wait_for_end(); });
  boost::asio::io_context loop;
  auto fetcher = std::make_unique<Fetcher>();
  auto client = std::make_shared<HttpClient>(*fetcher, settings(hanging.url()));
  bool resumed = false;
  for (int i = 0; i < 3; ++i)
    boost::asio::co_spawn(loop, HttpClient::fetch(client, {.url = hanging.url(), .timeout = 1h}),
                          [&](std::exception_ptr, Result<FetchResponse>) { resumed = true; });
  ASSERT_TRUE(run_until(loop, [&] { return hanging.connections() == 1; }));
  fetcher.reset();
  client.reset();
  loop.restart();
  loop.run_for(10ms);
  EXPECT_FALSE(resumed);
}

TEST_F(OAuthTest, WritesItsCredentialsIntoTheBodyWhereAHeaderIsNotTaken) {
  const auto tokens_in_body = [](int number, const Asked& asked) {
    return asked.body.find("client_secret=s3%3Acret") == std::string::npos
               ? std::pair(std::string("401 No"), std::string("{\"error\": \"invalid_client\"}"))
               : numbered_tokens("\"expires_in\": 0.001")(number, asked);
  };
  AnsweringServer tokens(tokens_in_body), server(taking_all());
  const auto client = this->client(tokens);
  ASSERT_TRUE(ask(client, server));
  ASSERT_EQ(tokens.asked().size(), 2u);
  const Asked second = tokens.asked()[1];
  EXPECT_EQ(second.head.find("Authorization"), std::string::npos) << second.head;
  EXPECT_EQ(second.body,
            "grant_type=client_credentials&scope=a.read%20b&client_id=me%20%26%20you&client_secret="
            "s3%3Acret");
  ASSERT_TRUE(run_until(loop_, [&] { return ask(client, server) && tokens.asked().size() > 2; }));
  EXPECT_NE(tokens.asked()[2].body.find("client_secret"), std::string::npos)
      << "at once, the next time";
}

TEST_F(OAuthTest, AsksByTheProxyOfItsSettings) {
  AnsweringServer proxy([](int number, const Asked& asked) {
    return asked.head.starts_with("POST http://tokens.invalid/") ? numbered_tokens()(number, asked)
                                                                 : taking_all()(number, asked);
  });
  HttpClientSettings by_proxy = settings("http://tokens.invalid/token");
  by_proxy.proxy.url = proxy.url();
  by_proxy.headers = {{.name = "X-Own", .values = {"s3cret"}}};
  const auto answer =
      run(loop_, HttpClient::fetch(std::make_shared<HttpClient>(*fetcher_, by_proxy),
                                   {.url = "http://server.invalid/"}));
  ASSERT_TRUE(answer) << answer.error().detail;
  ASSERT_EQ(proxy.asked().size(), 2u);
  EXPECT_FALSE(shows(proxy.asked()[0], "X-Own: s3cret")) << "that is the server's";
  EXPECT_TRUE(shows(proxy.asked()[1], "X-Own: s3cret"));
  EXPECT_TRUE(shows(proxy.asked()[1], "Authorization: Bearer token-1"));
}

TEST_F(OAuthTest, SaysWhatIsWrongAndNothingSecret) {
  const struct {
    std::string status, body, told;
    ErrorKind kind;
  } table[] = {
      {"400 No", "{\"error\": \"invalid_scope\", \"error_description\": \"CANARY\"}",
       "answers with status 400: invalid_scope", ErrorKind::http_status},
      {"401 No", "CANARY", "answers with status 401", ErrorKind::http_status},
      {"429 No", "", "answers with status 429", ErrorKind::throttled},
      {"302 No", "", "answers with status 302", ErrorKind::redirect},
      {"200 OK", "CANARY", "answers with something else than a JSON object", ErrorKind::not_json},
      {"200 OK", "[\"CANARY\"]", "answers with something else than a JSON object",
       ErrorKind::not_json},
      {"200 OK", "{}", "answers without an `access_token` that can be one", ErrorKind::other},
      {"200 OK", "{\"access_token\": \"CANARY\\r\\nX: y\"}",
       "answers without an `access_token` that can be one", ErrorKind::other},
      {"200 OK", "{\"access_token\": \"\"}", "answers without an `access_token` that can be one",
       ErrorKind::other},
      {"200 OK", "{\"access_token\": \"CANARY\", \"token_type\": \"mac\"}",
       "answers with a token of the type mac, where Bearer alone is spoken", ErrorKind::other},
      {"200 OK\r\nContent-Encoding: gzip", "CANARY", "answers with a Content-Encoding",
       ErrorKind::encoding},
      {"200 OK", std::string(token_answer_limit + 1, ' '), "answers with over 64 KiB",
       ErrorKind::too_large},
  };
  for (const auto& row : table) {
    AnsweringServer tokens([&](int, const Asked&) { return std::pair(row.status, row.body); });
    AnsweringServer server(taking_all());
    const auto answer = ask(client(tokens), server);
    ASSERT_FALSE(answer) << row.body;
    EXPECT_EQ(answer.error().kind, row.kind) << row.body;
    EXPECT_EQ(answer.error().detail, "the server of tokens " + tokens.url() + ": " + row.told);
    EXPECT_EQ(server.asked().size(), 0u);
  }
}

TEST(OAuthToken, LastsAsLongAsItsServerSays) {
  const auto lifetime = [](const std::string& json) {
    FetchResponse answer;
    answer.status = 200;
    answer.body = "{\"access_token\": \"a\"" + json + "}";
    return read_token(answer).value().lifetime;
  };
  EXPECT_EQ(lifetime(", \"expires_in\": 3599"), Duration(3599s));
  EXPECT_EQ(lifetime(", \"expires_in\": \"3599\""), Duration(3599s));
  EXPECT_EQ(lifetime(", \"expires_in\": 1e300"), Duration(366 * 24h));
  for (const char* none :
       {"", ", \"expires_in\": 0", ", \"expires_in\": -1", ", \"expires_in\": null",
        ", \"expires_in\": \"x\"", ", \"expires_in\": []"})
    EXPECT_EQ(lifetime(none), std::nullopt) << none;
}

}  // namespace
}  // namespace tenantscope
