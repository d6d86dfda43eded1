// How few connections a real nginx is asked over, with HTTP/2 and HTTP/1.1, and what its habits of
// ending them come to.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <vector>

#include "e2e/process.hpp"
#include "e2e/tools.hpp"
#include "fetch/fetching.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

class FetcherReuse : public FetcherTest, public testing::WithParamInterface<const char*> {
 protected:
  // nginx whose answers say whether their connection's TLS session was resumed ("r") or not (".").
  void serve(const std::string& settings = "",
             const std::string& answer = "return 200 \"$server_protocol $ssl_session_reused\";") {
    std::string config =
        "daemon off; master_process off; pid nginx.pid;\nevents {}\nhttp {\n  access_log off;\n";
    for (const char* module : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
      config += fmt::format("  {}_temp_path {};\n", module, module);
    config += fmt::format(
        "  ssl_certificate {};\n  ssl_certificate_key {};\n  ssl_session_cache shared:s:1m;\n  "
        "{}\n",
        certificate_.file.string(), certificate_.key.string(), settings);
    config += fmt::format("  server {{ listen unix:{} ssl {}; location / {{ {} }} }}\n}}\n",
                          socket_.string(), GetParam(), answer);
    e2e::write_file(folder_.path() / "nginx.conf", config);
    process_ = std::make_unique<e2e::Process>(e2e::tool(
        "nginx", {"-p", folder_.path(), "-c", folder_.path() / "nginx.conf", "-e", "stderr"}));
    ASSERT_TRUE(e2e::eventually([&] {
      return std::filesystem::exists(folder_.path() / "nginx.pid") || process_->ended();
    }));
    ASSERT_FALSE(process_->ended()) << process_->err();
  }

  // Of `count` requests at once.
  std::vector<FetchResponse> fetch_at_once(std::size_t count, bool fresh = false) {
    std::vector<FetchResponse> answers;
    std::size_t failed = 0;
    for (std::size_t i = 0; i < count; ++i)
      boost::asio::co_spawn(loop_,
                            fetcher_->fetch({.url = "https://localhost/",
                                             .fresh_connection = fresh,
                                             .tls = {.ca_file = certificate_.file},
                                             .unix_socket = socket_}),
                            [&](std::exception_ptr, Result<FetchResponse> answer) {
                              if (answer)
                                answers.push_back(std::move(*answer));
                              else if (++failed == 1)
                                ADD_FAILURE() << answer.error().detail;
                            });
    EXPECT_TRUE(run_until(loop_, [&] { return answers.size() + failed == count; }));
    return answers;
  }

  static std::uint32_t opened(const std::vector<FetchResponse>& answers) {
    std::uint32_t sum = 0;
    for (const FetchResponse& answer : answers)
      sum += answer.connections_opened;
    return sum;
  }

  bool multiplexes() const { return *GetParam() != '\0'; }
  std::string protocol() const { return multiplexes() ? "HTTP/2.0" : "HTTP/1.1"; }

  TemporaryFolder folder_;
  std::filesystem::path socket_ = folder_.path() / "s";
  Certificate certificate_ = make_certificate(folder_.path(), "DNS:localhost");
  std::unique_ptr<e2e::Process> process_;
};

INSTANTIATE_TEST_SUITE_P(Speaking, FetcherReuse, testing::Values("", "http2"),
                         [](const auto& at) { return *at.param ? "Http2" : "Http1"; });

TEST_P(FetcherReuse, OpensNoMoreThanAreUsedAtOnce) {
  serve();
  const std::uint32_t most = multiplexes() ? 1 : 16;
  std::uint32_t opened_ever = 0;
  for (int round = 0; round < 20; ++round) {
    const auto answers = fetch_at_once(16);
    for (const FetchResponse& answer : answers)
      EXPECT_TRUE(answer.body.starts_with(protocol())) << answer.body;
    opened_ever += opened(answers);
  }
  EXPECT_GE(opened_ever, 1u);
  EXPECT_LE(opened_ever, most);
}

// libcurl 7.88 resumes none with HTTP/2.
class FetcherResumption : public FetcherReuse {};
INSTANTIATE_TEST_SUITE_P(Speaking, FetcherResumption, testing::Values(""),
                         [](const auto&) { return "Http1"; });

TEST_P(FetcherResumption, ResumesTlsSessionsWhicheverHandleMadeThem) {
  serve();
  ASSERT_EQ(fetch_at_once(1, true).at(0).body, protocol() + " .");
  std::size_t resumed = 0;
  for (const FetchResponse& answer : fetch_at_once(4, true)) {
    resumed += answer.body == protocol() + " r";
    EXPECT_EQ(answer.connections_opened, 1u);
  }
  EXPECT_GE(resumed, 2u);  // a connection brings two tickets, and libcurl 8.14 uses each once
}

// It closes kept connections as it likes: after a number of requests, or soon.
TEST_P(FetcherReuse, FindsNoFaultInAServerThatEndsConnections) {
  for (const char* habit :
       {"keepalive_requests 7;", "keepalive_timeout 1ms;", "keepalive_timeout 0;"}) {
    serve(habit);
    for (int round = 0; round < 30; ++round)
      EXPECT_EQ(fetch_at_once(20).size(), 20u) << habit;
    process_.reset();
    std::filesystem::remove(socket_);
    std::filesystem::remove(folder_.path() / "nginx.pid");
  }
}

// nginx passes on how far its upstream has come, and ends the stream.
class FetcherCut : public FetcherReuse {
 protected:
  void serve_from(const RawServer& upstream) {
    serve("proxy_buffering off;", fmt::format("proxy_pass {};", upstream.url()));
  }
  Result<FetchResponse> fetch_one() {
    return fetch({.url = "https://localhost/",
                  .tls = {.ca_file = certificate_.file},
                  .unix_socket = socket_});
  }
};
INSTANTIATE_TEST_SUITE_P(Speaking, FetcherCut, testing::Values("http2"),
                         [](const auto&) { return "Http2"; });

TEST_P(FetcherCut, AsksOnceMoreForTheRest) {
  std::atomic<int> asked = 0;
  RawServer upstream([&](RawConnection& connection) {
    if (connection.read_head())
      connection.send(with_length(5, ++asked == 1 ? "sco" : "scope"));
  });
  serve_from(upstream);
  const auto answer = fetch_one();
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->body, "scope");
  EXPECT_EQ(asked, 2);
}

TEST_P(FetcherCut, AsksNoMoreThanOnceMore) {
  RawServer upstream(answering(with_length(5, "sco")));
  serve_from(upstream);
  EXPECT_FALSE(fetch_one());
  EXPECT_EQ(upstream.connections(), 2);
}

TEST_P(FetcherCut, HeedsAStatusThatSuffices) {
  RawServer upstream(answering(
      "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 5\r\n\r\nlat"));
  serve_from(upstream);
  const auto answer = fetch_one();
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->status, 429);
  EXPECT_EQ(answer->retry_after, "7");
  EXPECT_EQ(upstream.connections(), 1);
}

TEST_P(FetcherCut, AsksOnceWhereTheClientItselfEndsTheAnswer) {
  RawServer upstream(answering(with_length(2000, std::string(2000, 'x'))));
  serve_from(upstream);
  const auto answer = fetch({.url = "https://localhost/",
                             .tls = {.ca_file = certificate_.file},
                             .unix_socket = socket_,
                             .body_limit = 10});
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_TRUE(answer->truncated);
  EXPECT_EQ(upstream.connections(), 1);
}

}  // namespace
}  // namespace tenantscope
