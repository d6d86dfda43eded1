// HTTP/2 peers that send frames without end, none of which ends the answer: they cost their own
// transfer, and nobody else anything.
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/detached.hpp>
#include <cstdint>
#include <future>

#include "fetch/fetcher.hpp"
#include "fetch/fetching.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

enum class Frame : char {
  data = 0,
  headers = 1,
  priority = 2,
  settings = 4,
  ping = 6,
  unknown = 99
};

std::string bytes_of(std::uint32_t value, int count) {
  std::string bytes;
  for (int byte = count; byte-- > 0;)
    bytes += char(value >> 8 * byte);
  return bytes;
}

std::string frame(Frame type, int flags, std::uint32_t stream, const std::string& payload = {}) {
  return bytes_of(std::uint32_t(payload.size()), 3) + char(type) + char(flags) +
         bytes_of(stream, 4) + payload;
}

// The stream of the next request; nothing where the client is gone.
std::optional<std::uint32_t> next_request(RawConnection& connection) {
  for (;;) {
    const auto head = connection.read(9);
    if (!head)
      return std::nullopt;
    const auto number = [&](std::size_t at, std::size_t count) {
      std::uint32_t value = 0;
      for (const char byte : head->substr(at, count))
        value = value << 8 | std::uint8_t(byte);
      return value;
    };
    if (!connection.read(number(0, 3)))
      return std::nullopt;
    if ((*head)[3] == char(Frame::headers))
      return number(5, 4);
  }
}

struct Flood {
  const char* name;
  Frame type;
  int flags;
  std::string payload;
  bool of_stream;
};
void PrintTo(const Flood& flood, std::ostream* out) { *out << flood.name; }

class Http2Flood : public FetcherTest, public ::testing::WithParamInterface<Flood> {
 protected:
  static constexpr std::size_t block_size = 16 * kib;

  // A status and then the flood, until the client goes.
  void play(RawConnection& connection) {
    const std::string preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    if (connection.read(preface.size()) != preface)
      return;
    connection.send(frame(Frame::settings, 0, 0));
    const auto stream = next_request(connection);
    if (!stream)
      return;
    const std::string status_200 = "\x88";
    connection.send(frame(Frame::headers, 4, *stream, status_200));
    const Flood& flood = GetParam();
    std::string block;
    while (block.size() < block_size)
      block += frame(flood.type, flood.flags, flood.of_stream ? *stream : 0, flood.payload);
    while (connection.send(block)) {
      ++blocks_;
      connection.drain();  // what it acknowledges
    }
  }

  void start_flooded(Duration timeout) {
    boost::asio::co_spawn(
        loop_,
        fetcher_->fetch({.url = flooding_.url(), .timeout = timeout, .ca_file = certificate_.file}),
        [this](std::exception_ptr, Result<FetchResponse> answer) { ended_ = std::move(answer); });
  }

  TemporaryFolder folder_;
  Certificate certificate_ = make_certificate(folder_.path(), "IP:127.0.0.1");
  std::atomic<int> blocks_ = 0;  // that the client took
  std::optional<Result<FetchResponse>> ended_;
  std::future<void> stopped_;  // waits no longer than the flood lasts
  RawServer flooding_{[this](RawConnection& connection) { play(connection); }, certificate_, "h2"};
  RawServer calm_{answering_forever("200 OK", "ab"), certificate_};
};

TEST_P(Http2Flood, LeavesOtherTransfersAlone) {
  start_flooded(1h);
  ASSERT_TRUE(run_until(loop_, [&] { return blocks_ > 100; }));
  const int before = blocks_;
  for (int i = 0; i < 50; ++i)
    ASSERT_TRUE(fetch({.url = calm_.url(), .timeout = 1h, .ca_file = certificate_.file})) << i;
  EXPECT_FALSE(ended_);
  EXPECT_GT(blocks_, before);
}

TEST_P(Http2Flood, EndsWithItsTimeLimit) {
  start_flooded(300ms);
  ASSERT_TRUE(run_until(loop_, [&] { return ended_.has_value(); }));
  ASSERT_FALSE(*ended_);
  EXPECT_EQ(ended_->error().kind, ErrorKind::timeout) << ended_->error().detail;
}

TEST_P(Http2Flood, HoldsNoStopUp) {
  start_flooded(1h);
  ASSERT_TRUE(run_until(loop_, [&] { return blocks_ > 100; }));
  stopped_ = std::async(std::launch::async, [this] { fetcher_.reset(); });
  EXPECT_EQ(stopped_.wait_for(30s), std::future_status::ready);
}

INSTANTIATE_TEST_SUITE_P(, Http2Flood,
                         ::testing::Values(Flood{"EmptyData", Frame::data, 0, "", true},
                                           Flood{"Priority", Frame::priority, 0,
                                                 std::string("\0\0\0\0\x10", 5), true},
                                           Flood{"Ping", Frame::ping, 0, "12345678", false},
                                           Flood{"PingAnswer", Frame::ping, 1, "12345678", false},
                                           Flood{"Unknown", Frame::unknown, 0, "", false}),
                         [](const auto& flood) { return std::string(flood.param.name); });

}  // namespace
}  // namespace tenantscope
