// Proxies that pass connections on, or don't: what they are told, and what is made of their word.
#include <gtest/gtest.h>

#include <atomic>

#include "fetch/fetching.hpp"
#include "support/temporary_folder.hpp"
#include "support/tunnel.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

std::string refusal(const std::string& status_and_headers) {
  return "HTTP/1.1 " + status_and_headers + "\r\nContent-Length: 0\r\n\r\n";
}

class ProxyTest : public FetcherTest {
 protected:
  // By a proxy that answers so to CONNECT.
  Result<FetchResponse> fetch_by(const std::string& answer, CleansedTexts login = {}) {
    RawServer proxy(answering(answer, Ending::hang));
    proxy_url_ = proxy.url();
    return fetch({.url = "https://nobody.invalid/",
                  .timeout = 50s,
                  .proxy_url = proxy.url(),
                  .proxy_login = std::move(login)});
  }

  std::string proxy_url_;
};

TEST_F(ProxyTest, SaysWhatTheProxyWants) {
  const struct {
    std::string answer;
    CleansedTexts login;
    std::string told;
  } table[] = {
      {refusal("407 No"), {}, "wants a login (407): write `proxy_basic_auth`"},
      {refusal("407 No\r\nProxy-Authenticate: Basic realm=\"a\""),
       {},
       "wants a login (407): write `proxy_basic_auth`"},
      {refusal("407 No\r\nProxy-Authenticate: Basic realm=\"a\""),
       {"me", "word"},
       "refuses the login (407): see `proxy_basic_auth`"},
      {refusal("401 No\r\nProxy-Authenticate: Basic realm=\"a\""),
       {"me", "word"},
       "refuses the login (401): see `proxy_basic_auth`"},
      {refusal("407 No\r\nProxy-Authenticate: Negotiate\r\nproxy-authenticate: NTLM"),
       {},
       "wants a login by Negotiate, NTLM (407), which isn't spoken here: it has to take Basic, or "
       "this machine without a login"},
      {refusal("407 No\r\nProxy-Authenticate: NTLM\r\nProxy-Authenticate: Basic realm=\"a\""),
       {},
       "wants a login (407): write `proxy_basic_auth`"},
      {refusal("403 Forbidden"), {}, "refuses the connection with status 403"},
      {refusal("502 Bad Gateway\r\nRetry-After: 7"), {}, "refuses the connection with status 502"},
      {refusal("302 Found\r\nLocation: http://elsewhere.invalid/"),
       {},
       "refuses the connection with status 302"},
  };
  for (const auto& [answer, login, told] : table) {
    const auto fetched = fetch_by(answer, login);
    ASSERT_FALSE(fetched) << answer;
    EXPECT_EQ(fetched.error().kind, ErrorKind::connect) << answer;
    EXPECT_EQ(fetched.error().detail, "the proxy " + proxy_url_ + " " + told) << answer;
  }
}

TEST_F(ProxyTest, HeedsItsWordThatItIsAskedTooMuch) {
  const auto fetched = fetch_by(refusal("429 Too Many Requests\r\nRetry-After: 7"));
  ASSERT_TRUE(fetched) << fetched.error().detail;
  EXPECT_EQ(fetched->status, 429);
  EXPECT_EQ(fetched->retry_after, "7");
  EXPECT_TRUE(fetched->by_proxy);
  EXPECT_EQ(fetched->body, "");
}

TEST_F(ProxyTest, DoesNotWaitForTheBodyOfARefusal) {
  const auto fetched = fetch_by("HTTP/1.1 403 Forbidden\r\nContent-Length: 1000000\r\n\r\nabc");
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().detail,
            "the proxy " + proxy_url_ + " refuses the connection with status 403");
}

TEST_F(ProxyTest, ReadsNoMoreThanThirtyTwoKibOfItsAnswer) {
  for (const char* status : {"200 OK", "407 No"}) {
    std::string answer = std::string("HTTP/1.1 ") + status + "\r\n";
    while (answer.size() <= AnswerHead::limit)
      answer += "X-Filler: " + std::string(1000, 'x') + "\r\n";
    const auto fetched = fetch_by(answer);
    ASSERT_FALSE(fetched) << status;
    EXPECT_EQ(fetched.error().kind, ErrorKind::too_large) << fetched.error().detail;
  }
}

TEST_F(ProxyTest, IsAProxyThatTakesNoPlainRequestWithoutALogin) {
  RawServer proxy(answering(refusal("407 No\r\nProxy-Authenticate: Basic realm=a")));
  const auto fetched = fetch({.url = "http://nobody.invalid/", .proxy_url = proxy.url()});
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().kind, ErrorKind::connect);
  EXPECT_EQ(fetched.error().detail,
            "the proxy " + proxy.url() + " wants a login (407): write `proxy_basic_auth`");
}

class TunnelTest : public FetcherTest {
 protected:
  TemporaryFolder folder_;
  Certificate certificate_ = make_certificate(folder_.path(), "DNS:a.invalid");
};

TEST_F(TunnelTest, TellsTheProxyItsLoginAndNothingElse) {
  RawServer server(answering_forever("200 OK\r\nX-Own: 1", "ab"), certificate_);
  Tunnel tunnel(server.port());
  RawServer proxy(tunnel.script());
  const FetchRequest request{.url = "https://a.invalid/path?query",
                             .tls = {.ca_file = certificate_.file},
                             .proxy_url = proxy.url(),
                             .proxy_login = {"me", "wo:rd"},
                             .headers = {"X-Secret: s3cret", "Authorization: Bearer s3cret"},
                             .keep_headers = true};
  for (int i = 0; i < 3; ++i) {
    const auto fetched = fetch(request);
    ASSERT_TRUE(fetched) << fetched.error().detail;
    EXPECT_EQ(fetched->body, "ab");
    EXPECT_EQ(fetched->trace.headers.front(), "X-Own: 1") << "no header of the proxy's";
  }
  ASSERT_EQ(tunnel.heads().size(), 1u) << "the connection is kept";
  const std::string head = tunnel.heads().front();
  EXPECT_TRUE(head.starts_with("CONNECT a.invalid:443 HTTP/1.1\r\n")) << head;
  EXPECT_NE(head.find("\r\nProxy-Authorization: Basic bWU6d286cmQ=\r\n"), head.npos) << head;
  for (const char* secret : {"s3cret", "path", "query"})
    EXPECT_EQ(head.find(secret), head.npos) << head;
}

TEST_F(TunnelTest, KeepsConnectionsOfOneLoginFromAnother) {
  RawServer server(answering_forever("200 OK", "ab"), certificate_);
  Tunnel tunnel(server.port());
  RawServer proxy(tunnel.script());
  FetchRequest request{
      .url = "https://a.invalid/", .tls = {.ca_file = certificate_.file}, .proxy_url = proxy.url()};
  const std::vector<CleansedTexts> logins{{}, {"me", "word"}, {"you", "word"}};
  for (int round = 0; round < 2; ++round)
    for (const CleansedTexts& login : logins) {
      request.proxy_login = login;
      ASSERT_TRUE(fetch(request));
    }
  ASSERT_EQ(tunnel.heads().size(), logins.size()) << "each is kept";
  EXPECT_EQ(tunnel.heads()[0].find("Proxy-Authorization"), std::string::npos);
  EXPECT_NE(tunnel.heads()[1].find("Basic bWU6d29yZA=="), std::string::npos);
  EXPECT_NE(tunnel.heads()[2].find("Basic eW91OndvcmQ="), std::string::npos);
}

TEST_F(TunnelTest, TakesNoCertificateWithoutAnAlternativeNameOfAProxy) {
  const Certificate bare = make_certificate(folder_.path(), "bare", {.common_name = "localhost"});
  RawServer proxy(answering_forever("200 OK", ""), bare);
  const auto fetched = fetch({.url = "https://a.invalid/",
                              .tls = {.ca_file = bare.file},
                              .proxy_url = "https://localhost:" + std::to_string(proxy.port())});
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().kind, ErrorKind::tls);
  EXPECT_EQ(fetched.error().detail,
            "the proxy's certificate has no subject alternative name: it has to be issued anew "
            "with one, as its common name doesn't count");
}

}  // namespace
}  // namespace tenantscope
