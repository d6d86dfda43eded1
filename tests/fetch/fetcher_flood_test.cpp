// HTTP/2 peers that send frames without end: they cost their own transfer, and nobody else
// anything.
#include <gtest/gtest.h>

#include <future>

#include "fetch/fetcher.hpp"
#include "fetch/fetching.hpp"
#include "support/flooding_server.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

// What a proxy does once it is asked for a connection to loopback.
void tunnel(RawConnection& connection, std::uint16_t port) {
  const sockaddr_in address{.sin_family = AF_INET,
                            .sin_port = htons(port),
                            .sin_addr = {htonl(INADDR_LOOPBACK)},
                            .sin_zero = {}};
  const int other = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connection.read_head() &&
      ::connect(other, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    connection.send("HTTP/1.1 200 Connection established\r\n\r\n");
    connection.relay(other);
  }
  ::close(other);
}

class Http2Flood : public FetcherTest, public ::testing::WithParamInterface<Flood> {
 protected:
  // nghttp2 ends a connection that has a thousand answers to pings still to send.
  static bool may_end_early() { return GetParam().name == pings.name; }

  void start_flooded(Duration timeout) {
    boost::asio::co_spawn(
        loop_,
        fetcher_->fetch(
            {.url = flooding_.url(), .timeout = timeout, .tls = {.ca_file = certificate_.file}}),
        [this](std::exception_ptr, Result<FetchResponse> answer) { ended_ = std::move(answer); });
  }
  bool is_flooded() {
    return run_until(loop_,
                     [&] { return flooding_.blocks() > 100 || (ended_ && may_end_early()); });
  }

  TemporaryFolder folder_;
  Certificate certificate_ = make_certificate(folder_.path(), "IP:127.0.0.1");
  std::optional<Result<FetchResponse>> ended_;
  std::future<void> stopped_;  // waits no longer than the flood lasts
  FloodingServer flooding_{certificate_, GetParam()};
  RawServer calm_{answering_forever("200 OK", "ab"), certificate_};
};

TEST_P(Http2Flood, LeavesOtherTransfersAlone) {
  start_flooded(1h);
  ASSERT_TRUE(is_flooded());
  const int before = flooding_.blocks();
  for (int i = 0; i < 50; ++i)
    ASSERT_TRUE(fetch({.url = calm_.url(), .timeout = 1h, .tls = {.ca_file = certificate_.file}}))
        << i;
  if (ended_ && may_end_early())
    return;
  EXPECT_FALSE(ended_);
  EXPECT_GT(flooding_.blocks(), before);
}

TEST_P(Http2Flood, EndsWithItsTimeLimit) {
  start_flooded(300ms);
  ASSERT_TRUE(run_until(loop_, [&] { return ended_.has_value(); }));
  ASSERT_FALSE(*ended_);
  const ErrorKind kind = ended_->error().kind;
  EXPECT_TRUE(kind == ErrorKind::timeout || (may_end_early() && kind == ErrorKind::connect))
      << ended_->error().detail;
}

TEST_P(Http2Flood, HoldsNoStopUp) {
  start_flooded(1h);
  ASSERT_TRUE(is_flooded());
  stopped_ = std::async(std::launch::async, [this] { fetcher_.reset(); });
  EXPECT_EQ(stopped_.wait_for(5s), std::future_status::ready);
}

// What an outer TLS connection has read of an inner one, no socket tells of.
TEST_P(Http2Flood, IsReadToItsEnd) {
  for (int blocks = 4; blocks < 24; blocks += 2) {
    FloodingServer ending(certificate_, GetParam(), blocks, 5000);  // cut anywhere
    RawServer proxy([&](RawConnection& connection) { tunnel(connection, ending.port()); },
                    certificate_);
    for (const std::string& proxy_url : {std::string(), proxy.url()}) {
      const auto answer = fetch({.url = ending.url(),
                                 .timeout = 20s,
                                 .tls = {.ca_file = certificate_.file},
                                 .proxy_url = proxy_url});
      if (!answer && may_end_early())
        continue;
      ASSERT_TRUE(answer) << blocks << proxy_url << answer.error().detail;
      EXPECT_EQ(answer->body, "ab");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, Http2Flood,
                         ::testing::Values(empty_data, priorities, pings, ping_answers,
                                           unknown_frames),
                         [](const auto& flood) { return std::string(flood.param.name); });

}  // namespace
}  // namespace tenantscope
