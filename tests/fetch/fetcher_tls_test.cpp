// Proxies and TLS: whom the fetcher trusts to bring it an answer.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <boost/asio/detached.hpp>
#include <fstream>
#include <future>
#include <string_view>
#include <vector>

#include "fetch/fetcher.hpp"
#include "fetch/fetching.hpp"
#include "support/environment.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

TEST_F(FetcherTest, HeedsNoProxyOfTheEnvironment) {
  RawServer server(answering_forever("200 OK", "direct"));
  const std::array variables{"http_proxy",  "HTTP_PROXY", "https_proxy",
                             "HTTPS_PROXY", "all_proxy",  "ALL_PROXY"};
  for (const char* variable : variables)
    set_variable(variable, "http://nobody.invalid:1");
  EXPECT_EQ(response(server.url()).body, "direct");
  for (const char* variable : variables)
    unset_variable(variable);
}

TEST_F(FetcherTest, AsksThroughTheProxyItIsGiven) {
  RawServer proxy([](RawConnection& connection) {
    while (const auto head = connection.read_head()) {
      const std::string line = head->substr(0, head->find('\r'));
      connection.send(with_length(line.size(), line));
    }
  });
  const FetchRequest request{.url = "http://nobody.invalid/a", .proxy_url = proxy.url()};
  EXPECT_EQ(fetch(request).value().body, "GET http://nobody.invalid/a HTTP/1.1");

  for (const char* variable : {"no_proxy", "NO_PROXY"}) {
    set_variable(variable, "*");
    EXPECT_EQ(fetch(request).value().body, "GET http://nobody.invalid/a HTTP/1.1") << variable;
    unset_variable(variable);
  }
}

TEST_F(FetcherTest, FailsWithItsProxy) {
  EXPECT_EQ(failure({.url = "http://127.0.0.1:1/",
                     .timeout = 50s,
                     .proxy_url = "http://nobody.invalid:3128"}),
            ErrorKind::dns);
  RawServer refusing(
      answering("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_EQ(failure({.url = "https://nobody.invalid/", .proxy_url = refusing.url()}),
            ErrorKind::connect);
}

// A system whose OpenSSL takes any version of TLS. REQUIRES: nothing has used OpenSSL before.
struct OldSystem {
  OldSystem() {
    const auto file = folder.path() / "openssl.cnf";
    std::ofstream(file) << "openssl_conf = main\n[main]\nssl_conf = ssl\n[ssl]\nsystem_default = "
                           "old\n[old]\nMinProtocol = TLSv1\nCipherString = ALL:@SECLEVEL=0\n";
    set_variable("OPENSSL_CONF", file.string());
  }
  ~OldSystem() { unset_variable("OPENSSL_CONF"); }
  OldSystem(const OldSystem&) = delete;
  OldSystem& operator=(const OldSystem&) = delete;

  TemporaryFolder folder;
};

class FetcherOnAnOldSystem : private OldSystem, public FetcherTest {};

using Versions = std::vector<unsigned>;

unsigned number(std::string_view bytes, std::size_t at, int size) {
  unsigned value = 0;
  for (int i = 0; i < size; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes.at(at++));
  return value;
}

// Of a ClientHello (RFC 8446, 4.1.2), without the record's and the message's heads.
Versions offered_versions(std::string_view hello) {
  std::size_t at = 2 + 32;
  at += 1 + number(hello, at, 1);  // session
  at += 2 + number(hello, at, 2);  // ciphers
  at += 1 + number(hello, at, 1);  // compression
  for (at += 2; at < hello.size(); at += 4 + number(hello, at + 2, 2)) {
    if (number(hello, at, 2) != 43)  // supported_versions
      continue;
    Versions versions;
    for (std::size_t i = 0; i < number(hello, at + 4, 1); i += 2)
      versions.push_back(number(hello, at + 5 + i, 2));
    return versions;
  }
  return {};
}

TEST_F(FetcherOnAnOldSystem, OffersNoTlsOlderThan12) {
  std::promise<std::string> came;
  RawServer server([&](RawConnection& connection) {
    const auto record = connection.read(5);
    const auto message = connection.read(number(*record, 3, 2));
    came.set_value(message->substr(4));
  });
  const Versions good{0x0304, 0x0303};
  EXPECT_FALSE(fetch({.url = "https://" + server.address()}));
  EXPECT_EQ(offered_versions(came.get_future().get()), good);

  came = {};
  EXPECT_FALSE(
      fetch({.url = "https://nobody.invalid", .proxy_url = "https://" + server.address()}));
  EXPECT_EQ(offered_versions(came.get_future().get()), good) << "to a proxy";
}

class TlsFetcherTest : public FetcherTest {
 protected:
  TemporaryFolder folder_;
};

TEST_F(TlsFetcherTest, TrustsTheFileItIsGiven) {
  const Certificate certificate = make_certificate(folder_.path(), "IP:127.0.0.1");
  RawServer server(answering_forever("200 OK", "ab"), certificate);
  const FetchRequest request{.url = server.url(), .tls = {.ca_file = certificate.file}};
  EXPECT_EQ(fetch(request).value().body, "ab");
  EXPECT_EQ(fetch(request).value().connections_opened, 0u);
}

TEST_F(TlsFetcherTest, TrustsNobodyElse) {
  const Certificate certificate = make_certificate(folder_.path(), "IP:127.0.0.1");
  TemporaryFolder other_folder;
  const Certificate other = make_certificate(other_folder.path(), "IP:127.0.0.1");
  RawServer server(answering_forever("200 OK", "ab"), certificate);
  EXPECT_EQ(failure({.url = server.url()}), ErrorKind::tls);
  EXPECT_EQ(failure({.url = server.url(), .tls = {.ca_file = other.file}}), ErrorKind::tls);
}

TEST_F(TlsFetcherTest, TrustsAFileForTheRequestsThatNameIt) {
  const Certificate certificate = make_certificate(folder_.path(), "IP:127.0.0.1");
  TemporaryFolder other_folder;
  const Certificate other = make_certificate(other_folder.path(), "IP:127.0.0.1");
  RawServer server(answering_forever("200 OK", "ab"), certificate);
  for (int round = 0; round < 2; ++round) {
    for (const bool fresh : {false, true}) {
      EXPECT_EQ(failure({.url = server.url(), .fresh_connection = fresh}), ErrorKind::tls) << round;
      EXPECT_EQ(
          failure({.url = server.url(), .fresh_connection = fresh, .tls = {.ca_file = other.file}}),
          ErrorKind::tls)
          << round;
      const auto trusted = fetch(
          {.url = server.url(), .fresh_connection = fresh, .tls = {.ca_file = certificate.file}});
      ASSERT_TRUE(trusted) << round << trusted.error().detail;
      EXPECT_EQ(trusted->connections_opened, fresh || round == 0 ? 1u : 0u) << round;
    }
  }
}

TEST_F(TlsFetcherTest, RefusesACertificateForAnotherName) {
  for (const std::string name : {"DNS:login.example", "IP:127.0.0.2", "DNS:127.0.0.1"}) {
    const Certificate certificate = make_certificate(folder_.path(), name);
    RawServer server(answering_forever("200 OK", "ab"), certificate);
    Fetcher fetcher;
    const FetchRequest request{.url = server.url(), .tls = {.ca_file = certificate.file}};
    EXPECT_EQ(run(loop_, fetcher.fetch(request)).error().kind, ErrorKind::tls) << name;
  }
}

TEST_F(TlsFetcherTest, RefusesAnExpiredCertificate) {
  const Certificate certificate = make_certificate(folder_.path(), "IP:127.0.0.1", -1);
  RawServer server(answering_forever("200 OK", "ab"), certificate);
  EXPECT_EQ(failure({.url = server.url(), .tls = {.ca_file = certificate.file}}), ErrorKind::tls);
}

TEST_F(TlsFetcherTest, NamesATrustFileThatCannotBeRead) {
  const Certificate certificate = make_certificate(folder_.path(), "IP:127.0.0.1");
  const auto moved = folder_.path() / "moved.pem";
  RawServer server(answering_forever("200 OK", "ab"), certificate);
  const auto answer = fetch({.url = server.url(), .tls = {.ca_file = moved}});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::tls);
  EXPECT_NE(answer.error().detail.find(moved.string()), std::string::npos) << answer.error().detail;

  std::filesystem::rename(certificate.file, moved);
  EXPECT_TRUE(fetch({.url = server.url(), .tls = {.ca_file = moved}}));
}

TEST_F(TlsFetcherTest, FindsNoTlsWhereThereIsNone) {
  RawServer plain(
      [](RawConnection& connection) { connection.send("HTTP/1.1 400 Bad Request\r\n\r\n"); });
  EXPECT_EQ(failure({.url = "https://" + plain.address()}), ErrorKind::tls);
}

// They wait for the first handshake, which tells whether one connection is enough, but for no
// answer.
TEST_F(TlsFetcherTest, LetsNoRequestWaitForAnAnswer) {
  const Certificate certificate = make_certificate(folder_.path(), "IP:127.0.0.1");
  std::atomic<int> asked = 0;
  RawServer server(
      [&](RawConnection& connection) {
        if (connection.read_head())
          ++asked;
        connection.wait_for_end();
      },
      certificate);
  for (int i = 0; i < 20; ++i)
    boost::asio::co_spawn(
        loop_,
        fetcher_->fetch({.url = server.url(), .timeout = 1h, .tls = {.ca_file = certificate.file}}),
        boost::asio::detached);
  EXPECT_TRUE(run_until(loop_, [&] { return asked == 20; }));
}

TEST_F(TlsFetcherTest, TellsAllWhoWaitForAHandshakeThatFails) {
  const Certificate certificate = make_certificate(folder_.path(), "IP:127.0.0.1");
  RawServer untrusted(answering_forever("200 OK", "ab"), certificate);
  RawServer silent([](RawConnection& connection) { connection.wait_for_end(); });
  const auto count = [&](const std::string& url, ErrorKind kind) {
    int failed = 0;
    for (int i = 0; i < 20; ++i)
      boost::asio::co_spawn(
          loop_, fetcher_->fetch({.url = url, .timeout = kind == ErrorKind::timeout ? 200ms : 50s}),
          [&](std::exception_ptr, Result<FetchResponse> answer) {
            ASSERT_FALSE(answer);
            EXPECT_EQ(answer.error().kind, kind) << answer.error().detail;
            ++failed;
          });
    return run_until(loop_, [&] { return failed == 20; });
  };
  EXPECT_TRUE(count(untrusted.url(), ErrorKind::tls));
  EXPECT_TRUE(count("https://" + silent.address(), ErrorKind::timeout));
}

TEST_F(TlsFetcherTest, TakesNoBodyThatWasCutOff) {
  const Certificate certificate = make_certificate(folder_.path(), "IP:127.0.0.1");
  for (const Ending ending : {Ending::close, Ending::cut, Ending::reset}) {
    RawServer server(answering(with_length(100, "{}"), ending), certificate);
    EXPECT_EQ(failure({.url = server.url(), .tls = {.ca_file = certificate.file}}),
              ErrorKind::connect)
        << int(ending);
  }
}

}  // namespace
}  // namespace tenantscope
