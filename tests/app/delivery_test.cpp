// A courier and a webhook over real sockets, with a receiver that behaves as badly as receivers do,
// for hours of fast time: every event arrives, each tenant's in order, with the same id and bytes
// on every try.
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <set>

#include <fmt/format.h>

#include "app/courier/couriers.hpp"
#include "sinks/receiver.hpp"
#include "sinks/webhook_sink.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

// Answers each request as its part says, and takes it after that.
class BadReceiver {
 public:
  using Part = std::function<void(RawConnection&)>;  // the connection ends with it

  // Once more than once: for `times` requests.
  void plan(Part part, int times = 1) {
    for (; times > 0; --times)
      parts_.push_back(part);
  }

  std::string url() const { return server_.url() + "/hook"; }
  std::size_t parts_left() const {
    const std::lock_guard lock(mutex_);
    return parts_.size();
  }
  std::vector<std::pair<std::string, std::string>> taken() const {  // id and body
    const std::lock_guard lock(mutex_);
    return taken_;
  }
  std::map<std::string, std::set<std::string>> bodies() const {  // all that came with an id
    const std::lock_guard lock(mutex_);
    return bodies_;
  }

 private:
  static std::string id_in(const std::string& head) {
    const std::string name = "\r\nwebhook-id: ";
    const auto at = head.find(name) + name.size();
    return head.substr(at, head.find('\r', at) - at);
  }

  void play(RawConnection& connection) {
    while (const auto head = connection.read_head()) {
      const std::string id = id_in(*head);
      const std::string body = connection.read_body(*head);
      Part part;
      {
        const std::lock_guard lock(mutex_);
        bodies_[id].insert(body);
        if (parts_.empty()) {
          taken_.emplace_back(id, body);
        } else {
          part = parts_.front();
          parts_.pop_front();
        }
      }
      if (part)
        return part(connection);
      if (!connection.send(Receiver::taken))
        return;
    }
  }

  mutable std::mutex mutex_;
  std::deque<Part> parts_;
  std::vector<std::pair<std::string, std::string>> taken_;
  std::map<std::string, std::set<std::string>> bodies_;
  RawServer server_{[this](RawConnection& connection) { play(connection); }};
};

BadReceiver::Part answer(const std::string& status_and_headers) {
  return [answered = Receiver::status(status_and_headers)](RawConnection& connection) {
    connection.send(answered);
  };
}

class DeliveryTest : public CourierInFastTime {
 protected:
  ~DeliveryTest() override {
    courier_->stop();
    courier_.reset();
  }
  void start_webhook() {
    WebhookSettings settings{
        .url = receiver_.url(), .http = {.timeout = 300ms}, .secret_files = {}};
    start(std::make_unique<WebhookSink>(settings, fetcher_));
  }
  // Every event of the journal once, each tenant's in order, always with the journal's bytes.
  void expect_all_taken() {
    ASSERT_TRUE(until([&] { return waiting() == 0; })) << waiting() << " are left";
    std::map<std::string, JournalEntry> by_id;
    for (const JournalEntry& entry : journal())
      by_id.emplace(entry.id, entry);
    const auto taken = receiver_.taken();
    EXPECT_EQ(taken.size(), by_id.size());
    std::map<TenantKey, std::uint64_t> last;
    for (const auto& [id, body] : taken) {
      ASSERT_TRUE(by_id.contains(id)) << id;
      const JournalEntry& entry = by_id.at(id);
      EXPECT_LT(last[entry.tenant], entry.sequence);
      last[entry.tenant] = entry.sequence;
    }
    for (const auto& [id, bodies] : receiver_.bodies())
      EXPECT_EQ(bodies, std::set<std::string>{by_id.at(id).event});
    EXPECT_EQ(receiver_.parts_left(), 0u);
  }

  BadReceiver receiver_;
  Fetcher fetcher_;
};

TEST_F(DeliveryTest, OutlivesAReceiverThatIsDownForHours) {
  receiver_.plan(answer("503 Service Unavailable"), 150);
  receiver_.plan([](RawConnection& connection) { connection.reset(); }, 150);
  commit({1, 2, 1, 3, 1, 2});
  start_webhook();
  expect_all_taken();
  EXPECT_GE(time_->passed(), 4h);
  EXPECT_EQ(failures(ErrorKind::http_status), 150);
  EXPECT_EQ(failures(ErrorKind::connect), 150);
}

TEST_F(DeliveryTest, OutlivesOneThatHangs) {
  receiver_.plan([](RawConnection& connection) { connection.wait_for_end(); }, 2);
  commit({1, 1});
  start_webhook();
  expect_all_taken();
  EXPECT_EQ(failures(ErrorKind::timeout), 2);
}

TEST_F(DeliveryTest, WaitsAsLongAsRetryAfterSays) {
  const auto in_http = [](const char* format, std::time_t time) {
    char text[64];
    std::tm parts{};
    gmtime_r(&time, &parts);
    return std::string(text, std::strftime(text, sizeof text, format, &parts));
  };
  const std::time_t in_two_hours = std::chrono::system_clock::to_time_t(wall_now()) + 2L * 60 * 60;
  const struct {
    std::string retry_after;
    Duration least;
  } table[] = {
      {"7200", 2h},
      {in_http("%a, %d %b %Y %H:%M:%S GMT", in_two_hours), 119min},
      {in_http("%A, %d-%b-%y %H:%M:%S GMT", in_two_hours), 119min},
      {in_http("%a %b %e %H:%M:%S %Y", in_two_hours), 119min},
      {"Mon, 01 Jan 2024 00:00:00 GMT", 1s},
      {"0", 1s},
      {"soon", 1s},
      {"-5", 1s},
      {"99999999999999999999", 24h},
  };
  start_webhook();
  for (const auto& row : table) {
    const Duration before = time_->passed();
    receiver_.plan(answer("429 Too Many Requests\r\nRetry-After: " + row.retry_after));
    commit({1});
    ASSERT_TRUE(until([&] { return waiting() == 0; })) << row.retry_after;
    const Duration waited = time_->passed() - before;
    EXPECT_GE(waited, row.least) << row.retry_after;
    EXPECT_LE(waited, row.least + 2min) << row.retry_after;
  }
  EXPECT_EQ(failures(ErrorKind::throttled), double(std::size(table)));
  expect_all_taken();
}

TEST_F(DeliveryTest, StopsWhereTheReceiverIsGone) {
  receiver_.plan(answer("410 Gone"));
  commit({1});
  start_webhook();
  ASSERT_TRUE(until([&] { return failures(ErrorKind::http_status) == 1; }));
  commit({2, 1});
  ASSERT_TRUE(until([&] { return shown_waiting() == 3; }));
  EXPECT_TRUE(receiver_.taken().empty());
  courier_->reopen();
  expect_all_taken();
}

TEST_F(DeliveryTest, TriesSlowlyWhatIsRefused) {
  receiver_.plan(answer("400 Bad Request"), 3);
  commit({1});
  start_webhook();
  expect_all_taken();
  EXPECT_GE(time_->passed(), 15min);
}

TEST_F(DeliveryTest, FollowsNoRedirect) {
  Receiver canary;
  receiver_.plan(answer("307 Temporary Redirect\r\nLocation: " + canary.url() + "/"), 2);
  commit({1});
  start_webhook();
  expect_all_taken();
  EXPECT_EQ(failures(ErrorKind::redirect), 2);
  EXPECT_EQ(canary.connections(), 0);
}

TEST_F(DeliveryTest, TakesTheStatusOfAnEndlessReply) {
  receiver_.plan([](RawConnection& connection) {
    connection.send("HTTP/1.1 503 Service Unavailable\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (connection.send("400\r\n" + std::string(1024, 'x') + "\r\n"))
      continue;
  });
  commit({1, 1});
  start_webhook();
  expect_all_taken();
  EXPECT_EQ(failures(ErrorKind::http_status), 1);
}

TEST_F(DeliveryTest, BringsEverythingThroughAMixOfAll) {
  std::minstd_rand random(20261124);
  const std::vector<BadReceiver::Part> parts{
      answer("500 Internal Server Error"),
      answer("502 Bad Gateway"),
      answer("408 Request Timeout"),
      answer("425 Too Early"),
      answer("429 Too Many Requests\r\nRetry-After: 60"),
      answer("404 Not Found"),
      answer("301 Moved Permanently\r\nLocation: /"),
      [](RawConnection& connection) { connection.reset(); },
      [](RawConnection&) {},
      [](RawConnection& connection) { connection.send("nonsense\r\n\r\n"); },
      [](RawConnection& connection) { connection.send("HTTP/1.1 50"); }};
  for (int i = 0; i < 200; ++i)
    receiver_.plan(parts[random() % parts.size()]);
  std::vector<int> tenants;
  tenants.reserve(120);
  for (int i = 0; i < 120; ++i)
    tenants.push_back(int(random() % 7));
  commit(tenants);
  start_webhook();
  expect_all_taken();
}

// A dead sink slows no other: each has a courier of its own.
TEST_F(DeliveryTest, DoesNotWaitForAnotherSinksReceiver) {
  commit({1});
  auto enqueue = [](Ledger& ledger) {
    return ledger.enqueue("dead", std::vector<std::uint64_t>{1});
  };
  ASSERT_TRUE(ask(std::move(enqueue)));
  const RawServer hanging([](RawConnection& connection) { connection.wait_for_end(); });
  WebhookSettings settings{.url = hanging.url(), .http = {.timeout = 60s}, .secret_files = {}};
  const auto dead = std::make_shared<Courier>(
      loop_.get_executor(), "dead", std::make_unique<WebhookSink>(settings, fetcher_), ledger_,
      instruments_, log_, std::make_shared<FastTime>());
  boost::asio::co_spawn(loop_, Courier::run(dead), [](std::exception_ptr) {});
  ASSERT_TRUE(until([&] { return hanging.connections() == 1; }));
  start_webhook();
  expect_all_taken();
  dead->stop();
}

}  // namespace
}  // namespace tenantscope
