// Requests as settings say: what is read from files each time, and which proxy is chosen.
#include "fetch/http_client.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <mutex>

#include "fetch/equipment.hpp"
#include "fetch/fetching.hpp"
#include "support/environment.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

// A server that takes every request and keeps its head.
class HttpClientTest : public FetcherTest {
 protected:
  Result<FetchResponse> fetch_as(const HttpClientSettings& settings) {
    return run(loop_, HttpClient::fetch(std::make_shared<HttpClient>(*fetcher_, settings),
                                        {.url = server_.url()}));
  }
  bool told(const std::string& line) const {
    const std::lock_guard lock(mutex_);
    return head_.find("\r\n" + line + "\r\n") != head_.npos;
  }
  std::filesystem::path write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.path() / name) << text;
    return folder_.path() / name;
  }

  TemporaryFolder folder_;
  mutable std::mutex mutex_;
  std::string head_;
  RawServer server_{[this](RawConnection& connection) {
    while (const auto head = connection.read_head()) {
      const std::lock_guard lock(mutex_);
      head_ = *head;
      connection.send(with_length(2, "ab"));
    }
  }};
};

TEST_F(HttpClientTest, ShowsWhoItIs) {
  HttpClientSettings settings;
  settings.basic_auth = {.username = "me", .password = {.file = write("secret", "one\n")}};
  ASSERT_TRUE(fetch_as(settings));
  EXPECT_TRUE(told("Authorization: Basic bWU6b25l"));
  write("secret", "two\n");
  ASSERT_TRUE(fetch_as(settings));
  EXPECT_TRUE(told("Authorization: Basic bWU6dHdv"));

  settings = {};
  settings.authorization = {.type = "Splunk", .credentials = {.file = write("secret", "key")}};
  ASSERT_TRUE(fetch_as(settings));
  EXPECT_TRUE(told("Authorization: Splunk key"));
  settings.authorization.credentials = {.text = "written"};
  ASSERT_TRUE(fetch_as(settings));
  EXPECT_TRUE(told("Authorization: Splunk written"));
}

TEST_F(HttpClientTest, SaysItsHeaders) {
  HttpClientSettings settings;
  settings.headers = {
      {.name = "X-One", .values = {"a", "b c"}},
      {.name = "X-Two", .values = {"d"}, .files = {write("header", "e f\n")}},
  };
  ASSERT_TRUE(fetch_as(settings));
  for (const char* line : {"X-One: a", "X-One: b c", "X-Two: d", "X-Two: e f"})
    EXPECT_TRUE(told(line)) << line;
  write("header", "g");
  ASSERT_TRUE(fetch_as(settings));
  EXPECT_TRUE(told("X-Two: g"));
}

TEST_F(HttpClientTest, AsksNobodyWithoutItsSecrets) {
  const SecretSource nowhere{.file = folder_.path() / "nowhere"};
  std::vector<HttpClientSettings> all(4);
  all[0].basic_auth = {.username = "me", .password = nowhere};
  all[1].authorization.credentials = nowhere;
  all[2].headers = {{.name = "X", .files = {nowhere.file}}};
  all[3].proxy = {.url = server_.url(), .login = {.username = "me", .password = nowhere}};
  for (const HttpClientSettings& settings : all) {
    const auto fetched = fetch_as(settings);
    ASSERT_FALSE(fetched);
    EXPECT_EQ(fetched.error().kind, ErrorKind::io);
    EXPECT_TRUE(
        fetched.error().detail.starts_with(nowhere.file.native() + ": the secret can't be read: "))
        << fetched.error().detail;
  }
  EXPECT_EQ(server_.connections(), 0);
}

// The proxy and the login that a request to `url` is made ready with.
std::string chosen(const ProxySettings& proxy, const std::string& url) {
  HttpClientSettings settings;
  settings.proxy = proxy;
  FetchRequest request{.url = url};
  if (const auto error = equip_connection(request, settings))
    return error->detail;
  std::string text = request.proxy_url;
  for (const std::string& part : request.proxy_login)
    text += " " + part;
  return text;
}

TEST(ChosenProxy, IsTheOneThatIsNamed) {
  const ProxySettings proxy{.url = "http://p:3128",
                            .login = {.username = "me", .password = {.text = "word"}},
                            .no_proxy = "a.example,127.0.0.0/8,b.example:8443"};
  EXPECT_EQ(chosen(proxy, "https://c.example/"), "http://p:3128 me word");
  EXPECT_EQ(chosen(proxy, "https://sub.a.example/"), "");
  EXPECT_EQ(chosen(proxy, "http://127.0.0.1:1/"), "");
  EXPECT_EQ(chosen(proxy, "https://b.example/"), "http://p:3128 me word");
  EXPECT_EQ(chosen(proxy, "https://b.example:8443/"), "");
  EXPECT_EQ(chosen({.url = "http://p:3128"}, "http://127.0.0.1/"), "http://p:3128")
      << "loopback too, where it isn't left out";
  EXPECT_EQ(chosen({}, "https://c.example/"), "");
}

class EnvironmentProxy : public ::testing::Test {
 protected:
  ~EnvironmentProxy() override {
    for (const char* name :
         {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"})
      unset_variable(name);
  }
  static std::string of(const std::string& url) { return chosen({.from_environment = true}, url); }
};

TEST_F(EnvironmentProxy, IsReadWhereItIsWanted) {
  EXPECT_EQ(of("https://a.example/"), "");
  set_variable("HTTPS_PROXY", "http://me:w%40rd@Secure.example:3128/");
  set_variable("http_proxy", "plain.example:8080");
  set_variable("no_proxy", "b.example");
  EXPECT_EQ(of("https://a.example/"), "http://secure.example:3128 me w@rd");
  EXPECT_EQ(of("http://a.example/"), "http://plain.example:8080");
  EXPECT_EQ(of("https://b.example/"), "");
  EXPECT_EQ(chosen({}, "https://a.example/"), "") << "nowhere else";
  for (const char* own : {"https://localhost/", "http://127.0.0.2:1/", "http://[::1]/"})
    EXPECT_EQ(of(own), "") << own;
}

TEST_F(EnvironmentProxy, IsNeverShownWhereItCannotBeUsed) {
  for (const char* proxy : {"socks5://me:CANARY@p:1080", "http://CANARY@p/path", "http://CANARY%@p",
                            "http://me:CANARY%0a@p", "http://:CANARY@p", "CANARY p"}) {
    set_variable("HTTPS_PROXY", proxy);
    EXPECT_EQ(of("https://a.example/"),
              "HTTPS_PROXY of the environment has to be [http[s]://][USER:PASSWORD@]HOST[:PORT], "
              "with %XX for what stands for something in it")
        << proxy;
  }
}

}  // namespace
}  // namespace tenantscope
