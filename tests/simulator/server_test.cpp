#include "simulator/server.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <thread>

#include <boost/json/parse.hpp>

#include "base/result.hpp"

namespace tenantscope::simulator {
namespace {

Scenario read(std::string_view text) {
  Findings findings;
  Scenario scenario = read_scenario(text, "s.yaml", findings);
  for (const ConfigFinding& finding : findings)
    ADD_FAILURE() << to_string(finding);
  return scenario;
}

class Running {
 public:
  explicit Running(std::string_view scenario, const std::optional<CertificateFiles>& tls = {},
                   const std::string& address = "127.0.0.1:0")
      : authority_(read(scenario), WallTime{}),
        server_(authority_, address, tls),
        thread_([this] { server_.run(); }) {}
  ~Running() {
    server_.stop();
    thread_.join();
  }

  std::string address() const { return server_.address(); }
  std::string url(
      const std::string& path = "/a.example/v2.0/.well-known/openid-configuration") const {
    return server_.url() + path;
  }

 private:
  Authority authority_;
  Server server_;
  std::thread thread_;
};

struct Got {
  CURLcode code = CURLE_OK;
  long status = 0;
  long connects = 0;
  long version = 0;
  std::string headers;
  std::string body;
};

std::size_t append(char* data, std::size_t size, std::size_t count, void* text) {
  static_cast<std::string*>(text)->append(data, size * count);
  return size * count;
}

// Keeps its connection, as the daemon does.
class Client {
 public:
  Client() : easy_(curl_easy_init()) {}
  ~Client() { curl_easy_cleanup(easy_); }

  Got get(const std::string& url, const std::string& ca_file = {}, long timeout_ms = 20'000) {
    return request("GET", url, {}, ca_file, timeout_ms);
  }
  Got put(const std::string& url, const std::string& body) {
    return request("PUT", url, body, {}, 20'000);
  }

 private:
  Got request(const char* method, const std::string& url, const std::string& body,
              const std::string& ca_file, long timeout_ms) {
    Got got;
    curl_easy_reset(easy_);
    curl_easy_setopt(easy_, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy_, CURLOPT_PROXY, "");
    curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, method);
    if (!body.empty())
      curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE, long(body.size()));
    if (!body.empty())
      curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, body.c_str());
    if (!ca_file.empty())
      curl_easy_setopt(easy_, CURLOPT_CAINFO, ca_file.c_str());
    curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION, long(CURL_HTTP_VERSION_2TLS));
    curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, timeout_ms);
    curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(easy_, CURLOPT_WRITEDATA, &got.body);
    curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, append);
    curl_easy_setopt(easy_, CURLOPT_HEADERDATA, &got.headers);
    got.code = curl_easy_perform(easy_);
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &got.status);
    curl_easy_getinfo(easy_, CURLINFO_NUM_CONNECTS, &got.connects);
    curl_easy_getinfo(easy_, CURLINFO_HTTP_VERSION, &got.version);
    return got;
  }

  CURL* easy_;
};

// A connection without anybody's HTTP in between.
class Socket {
 public:
  explicit Socket(const Running& server) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const std::string address = server.address();
    sockaddr_in to{
        .sin_family = AF_INET,
        .sin_port = htons(std::uint16_t(std::stoi(address.substr(address.rfind(':') + 1))))};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{.tv_sec = 20};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  }
  ~Socket() { ::close(fd_); }

  void write(std::string_view bytes) {
    EXPECT_EQ(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL), ssize_t(bytes.size()));
  }

  // Until the other side closes, or `enough` is there; a reset ends it with errno in `error`.
  std::string read(std::string_view enough = {}) {
    std::string text;
    char bytes[4096];
    while (enough.empty() || text.find(enough) == std::string::npos) {
      const ssize_t count = ::recv(fd_, bytes, sizeof bytes, 0);
      if (count < 0)
        error = errno;
      if (count <= 0)
        break;
      text.append(bytes, std::size_t(count));
    }
    return text;
  }

  int error = 0;

 private:
  int fd_;
};

constexpr const char* get_a =
    "GET /a.example/v2.0/.well-known/openid-configuration HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr const char* last_byte_of_a = "\"rbac_url\":\"https://pas.windows.net\"}";

TEST(Server, KeepsConnectionsAlive) {
  Running server("tenants: [{name: a.example, region_scope: NA}]");
  Client client;
  const Got first = client.get(server.url());
  EXPECT_EQ(first.code, CURLE_OK);
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.connects, 1);
  EXPECT_EQ(first.version, long(CURL_HTTP_VERSION_1_1));
  EXPECT_EQ(boost::json::parse(first.body).at("tenant_region_scope"), "NA");
  const Got miss = client.get(server.url("/nobody.example/.well-known/openid-configuration"));
  EXPECT_EQ(miss.status, 400);
  EXPECT_EQ(miss.connects, 0) << "on the same connection";
}

TEST(Server, ReadsRequestsAsTheyCome) {
  Running server("tenants: [{name: a.example}]");
  Socket in_pieces(server);
  in_pieces.write(std::string_view(get_a).substr(0, 20));
  in_pieces.write(std::string_view(get_a).substr(20));
  EXPECT_TRUE(in_pieces.read(last_byte_of_a).starts_with("HTTP/1.1 200 OK\r\n"));

  Socket pipelined(server);
  pipelined.write(std::string("PUT /control/tenants/b.example HTTP/1.1\r\nContent-Length: "
                              "23\r\n\r\n{\"region_scope\": \"USG\"}") +
                  "GET /b.example/.well-known/openid-configuration HTTP/1.0\r\n\r\n");
  const std::string both = pipelined.read();
  EXPECT_NE(both.find(R"("region_scope":"USG")"), std::string::npos) << both;
  EXPECT_NE(both.find("\r\nConnection: close\r\n"), std::string::npos)
      << "HTTP/1.0 is over after an answer";
  EXPECT_NE(both.find(R"("tenant_region_scope":"USG")"), std::string::npos);
}

struct Malformed {
  std::string bytes;
  const char* status_line;
};

class MalformedRequest : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedRequest, IsRefusedAndTheConnectionClosed) {
  Running server("tenants: [{name: a.example}]");
  Socket socket(server);
  socket.write(GetParam().bytes);
  const std::string answer = socket.read();
  EXPECT_TRUE(answer.starts_with(GetParam().status_line)) << answer;
  EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    All, MalformedRequest,
    testing::Values(
        Malformed{"hello\r\n\r\n", "HTTP/1.1 400 "},
        Malformed{"GET / HTTP/2\r\n\r\n", "HTTP/1.1 400 "},
        Malformed{"GET http://x/ HTTP/1.1\r\n\r\n", "HTTP/1.1 400 "},
        Malformed{"GET / HTTP/1.1\r\nno colon\r\n\r\n", "HTTP/1.1 400 "},
        Malformed{"PUT /control/fault HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
                  "HTTP/1.1 400 "},
        Malformed{"PUT /control/fault HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 400 "},
        Malformed{"PUT /control/fault HTTP/1.1\r\nContent-Length: 65537\r\n\r\n", "HTTP/1.1 413 "},
        Malformed{"GET / HTTP/1.1\r\nx: " + std::string(17000, 'x') + "\r\n\r\n",
                  "HTTP/1.1 431 "}));

struct FaultOnWire {
  const char* fault;
  CURLcode code;
  long status;
  const char* header;
};

class Faulty : public testing::TestWithParam<FaultOnWire> {};

TEST_P(Faulty, LooksSoToAClientAndEnds) {
  Running server(std::string("tenants: [{name: a.example, fault: {count: 1, ") + GetParam().fault +
                 "}}]");
  Client client;
  const Got spoilt = client.get(server.url());
  EXPECT_EQ(spoilt.code, GetParam().code) << curl_easy_strerror(spoilt.code);
  EXPECT_EQ(spoilt.status, GetParam().status);
  EXPECT_NE(spoilt.headers.find(GetParam().header), std::string::npos) << spoilt.headers;
  const Got healed = client.get(server.url());
  EXPECT_EQ(healed.code, CURLE_OK);
  EXPECT_EQ(healed.status, 200);
}

INSTANTIATE_TEST_SUITE_P(
    All, Faulty,
    testing::Values(
        FaultOnWire{"kind: throttle, retry_after: 3s", CURLE_OK, 429, "Retry-After: 3\r\n"},
        FaultOnWire{"kind: status, status: 500", CURLE_OK, 500, "application/json"},
        FaultOnWire{"kind: status, status: 504, empty: true", CURLE_OK, 504,
                    "Content-Length: 0\r\n"},
        FaultOnWire{"kind: slow, delay: 1ms", CURLE_OK, 200, "application/json"},
        FaultOnWire{"kind: cut", CURLE_PARTIAL_FILE, 200, "Content-Length: "},
        FaultOnWire{"kind: reset", CURLE_RECV_ERROR, 0, ""},
        FaultOnWire{"kind: html", CURLE_OK, 200, "Content-Type: text/html"},
        FaultOnWire{"kind: redirect", CURLE_OK, 302, "Location: http://captive.example/login\r\n"},
        FaultOnWire{"kind: encoding", CURLE_OK, 200, "Content-Encoding: gzip\r\n"},
        FaultOnWire{"kind: large", CURLE_OK, 200, "Content-Length: 26"},
        FaultOnWire{"kind: bad_json", CURLE_OK, 200, "application/json"},
        FaultOnWire{"kind: wrong_tenant", CURLE_OK, 200, "application/json"}));

TEST(Server, HangsForOneAndServesTheOthers) {
  Running server("tenants: [{name: a.example, fault: hang}, {name: b.example}]");
  Client client;
  Socket hanging(server);
  hanging.write(get_a);
  const Got got = client.get(server.url(), {}, 200);
  EXPECT_EQ(got.code, CURLE_OPERATION_TIMEDOUT);
  EXPECT_EQ(got.headers, "");
  EXPECT_EQ(client.get(server.url("/b.example/v2.0/.well-known/openid-configuration")).status, 200);
}

TEST(Server, DelaysSlowAnswers) {
  Running server("tenants: [{name: a.example, fault: {kind: slow, delay: 1h}}]");
  Client client;
  EXPECT_EQ(client.get(server.url(), {}, 200).code, CURLE_OPERATION_TIMEDOUT);
}

TEST(Server, ResetsTheConnection) {
  Running server("tenants: [{name: a.example, fault: reset}]");
  Socket socket(server);
  socket.write(get_a);
  EXPECT_EQ(socket.read(), "");
  EXPECT_EQ(socket.error, ECONNRESET);
}

TEST(Server, IsControlledWhileItRuns) {
  Running server("tenants: [{name: a.example, region_scope: USG}]");
  Client client;
  EXPECT_EQ(
      client.put(server.url("/control/tenants/a.example"), R"({"region_scope": "USGov"})").status,
      200);
  EXPECT_EQ(boost::json::parse(client.get(server.url()).body).at("tenant_region_scope"), "USGov");
  EXPECT_EQ(client.put(server.url("/control/fault"), R"({"kind": "throttle", "count": 1})").status,
            200);
  EXPECT_EQ(client.get(server.url()).status, 429);
  EXPECT_EQ(client.put(server.url("/control/fault"), R"({"kind": "gremlin"})").status, 400);
  Client another;
  another.get(server.url());
  const auto stats = boost::json::parse(client.get(server.url("/control/stats")).body);
  EXPECT_EQ(stats.at("requests"), 3);
  EXPECT_EQ(stats.at("connections"), 2);
}

TEST(Server, ListensOnLoopbackOnly) {
  for (const char* address : {"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "example.com:0",
                              "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:x"}) {
    Authority authority({}, WallTime{});
    try {
      Server server(authority, address, {});
      ADD_FAILURE() << address;
    } catch (const FatalError& error) {
      EXPECT_EQ(error.exit_code, exit_usage) << error.what();
      EXPECT_NE(std::string(error.what()).find(std::string("`") + address + "`"), std::string::npos)
          << error.what();
    }
  }
  Authority authority({}, WallTime{});
  EXPECT_TRUE(Server(authority, "localhost:0", {}).address().starts_with("127.0.0.1:"));
  EXPECT_TRUE(Server(authority, "127.1.2.3:0", {}).address().starts_with("127.1.2.3:"));
}

TEST(Server, SaysThatAPortIsTaken) {
  Running first("");
  Authority authority({}, WallTime{});
  try {
    Server second(authority, first.address(), {});
    FAIL();
  } catch (const FatalError& error) {
    EXPECT_EQ(error.exit_code, exit_failure);
    EXPECT_NE(std::string(error.what()).find(first.address()), std::string::npos) << error.what();
  }
}

class Tls : public testing::Test {
 protected:
  Tls() {
    std::string name = testing::TempDir() + "tls.XXXXXX";
    directory_ = ::mkdtemp(name.data());
  }
  ~Tls() override { std::filesystem::remove_all(directory_); }

  std::filesystem::path directory_;
};

TEST_F(Tls, IsVerifiedAgainstTheMadeCa) {
  const CertificateFiles files = certificate_in(directory_ / "new");
  EXPECT_TRUE(files.made);
  Running server("tenants: [{name: a.example, region_scope: NA}]", files);
  Client client;
  const std::string port = server.address().substr(server.address().rfind(':'));
  for (const std::string& host : {"https://127.0.0.1" + port, "https://localhost" + port}) {
    const Got got =
        client.get(host + "/a.example/v2.0/.well-known/openid-configuration", files.ca.string());
    EXPECT_EQ(got.code, CURLE_OK) << curl_easy_strerror(got.code);
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.version, long(CURL_HTTP_VERSION_1_1)) << "HTTP/2 was offered and not agreed";
  }
  Client stranger;
  EXPECT_EQ(stranger.get(server.url()).code, CURLE_PEER_FAILED_VERIFICATION)
      << "nobody else trusts it";
  EXPECT_EQ(stranger.get("http://" + server.address() + "/").code, CURLE_GOT_NOTHING)
      << "no plain http";
}

TEST_F(Tls, PlaysFaultsToo) {
  const CertificateFiles files = certificate_in(directory_);
  Running server(
      "tenants: [{name: a.example, fault: {kind: cut, count: 1}, timeline: []}, {name: b.example, "
      "fault: reset}]",
      files);
  Client client;
  EXPECT_NE(client.get(server.url(), files.ca.string()).code, CURLE_OK);
  EXPECT_EQ(client.get(server.url(), files.ca.string()).code, CURLE_OK);
  EXPECT_NE(
      client.get(server.url("/b.example/v2.0/.well-known/openid-configuration"), files.ca.string())
          .code,
      CURLE_OK);
}

TEST_F(Tls, CertificateIsMadeOnceAndItsKeyIsPrivate) {
  const CertificateFiles files = certificate_in(directory_);
  struct stat status {};
  ASSERT_EQ(::stat(files.key.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const auto made = std::filesystem::last_write_time(files.key);
  EXPECT_FALSE(certificate_in(directory_).made);
  EXPECT_EQ(std::filesystem::last_write_time(files.key), made);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_), {}), 3)
      << "the CA's key isn't kept";
}

TEST_F(Tls, CertificateIsP256AndLastsAsPromised) {
  const CertificateFiles files = certificate_in(directory_);
  const auto days = [](const std::filesystem::path& file) {
    std::FILE* stream = std::fopen(file.c_str(), "r");
    X509* certificate = PEM_read_X509(stream, nullptr, nullptr, nullptr);
    (void)std::fclose(stream);
    EXPECT_EQ(EVP_PKEY_get_bits(X509_get0_pubkey(certificate)), 256);
    int count = 0;
    int seconds = 0;
    ASN1_TIME_diff(&count, &seconds, X509_get0_notBefore(certificate),
                   X509_get0_notAfter(certificate));
    X509_free(certificate);
    return count;
  };
  EXPECT_EQ(days(files.ca), 3650);
  EXPECT_EQ(days(files.certificate), 825);
}

TEST_F(Tls, IncompleteOrUnusableFilesAreRefused) {
  std::ofstream(directory_ / "server.pem") << "not a certificate";
  EXPECT_THROW(certificate_in(directory_), FatalError);
  EXPECT_FALSE(std::filesystem::exists(directory_ / "ca.pem"));

  std::ofstream(directory_ / "server.key") << "not a key";
  std::ofstream(directory_ / "ca.pem") << "not a certificate";
  const CertificateFiles files = certificate_in(directory_);
  Authority authority({}, WallTime{});
  try {
    Server server(authority, "127.0.0.1:0", files);
    FAIL();
  } catch (const FatalError& error) {
    EXPECT_EQ(error.exit_code, exit_unusable);
    EXPECT_NE(std::string(error.what()).find((directory_ / "server.pem").string()),
              std::string::npos)
        << error.what();
  }

  std::ofstream(directory_ / "file") << "x";
  try {
    certificate_in(directory_ / "file" / "below");
    FAIL();
  } catch (const FatalError& error) {
    EXPECT_EQ(error.exit_code, exit_unusable);
  }
}

}  // namespace
}  // namespace tenantscope::simulator
