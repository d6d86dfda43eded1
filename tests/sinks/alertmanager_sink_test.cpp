#include "sinks/alertmanager_sink.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <fstream>
#include <memory>

#include "base/clock.hpp"
#include "sinks/receiver.hpp"
#include "sinks/sample_events.hpp"
#include "support/event_loop.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using Advice = Refusal::Advice;
using Ending = Receiver::Ending;

const WallTime until = sample_time + 1h;

std::vector<Alert> alerts(std::size_t count) {
  std::vector<Alert> alerts;
  for (JournalEntry& event : sample_events(count))
    alerts.push_back({std::move(event), until});
  return alerts;
}

json::array posted(const Received& received) { return json::parse(received.body).as_array(); }

class AlertmanagerSinkTest : public ::testing::Test {
 protected:
  Delivery show(std::vector<std::string> urls, std::vector<Alert> shown, HttpSettings http = {}) {
    AlertmanagerSink sink({.urls = std::move(urls), .http = std::move(http)}, fetcher_);
    return run(loop_, sink.show(std::move(shown)));
  }

  static std::string dead_url() {
    RawServer gone([](RawConnection&) {});
    return gone.url();
  }

  boost::asio::io_context loop_;
  Receiver receiver_{Receiver::status("200 OK")};
  Fetcher fetcher_;
};

TEST_F(AlertmanagerSinkTest, ShowsAlerts) {
  ASSERT_TRUE(show({receiver_.url()}, alerts(2)));
  ASSERT_EQ(receiver_.received().size(), 1u);
  const Received received = receiver_.received().front();
  EXPECT_EQ(received.request, "POST /api/v2/alerts HTTP/1.1");
  EXPECT_EQ(received.header("content-type"), "application/json");
  const json::array array = posted(received);
  ASSERT_EQ(array.size(), 2u);
  EXPECT_EQ(array[1].at("labels").at("tenant"), "agency2.example");
  EXPECT_EQ(array[1].at("startsAt"), "2026-11-23T10:00:00.000Z");
  EXPECT_EQ(array[1].at("endsAt"), "2026-11-23T11:00:00.000Z");
}

TEST_F(AlertmanagerSinkTest, DeliversEventsAsAlertsThatFireForTheHold) {
  AlertmanagerSink sink({.urls = {receiver_.url()}, .hold = 90min}, fetcher_);
  EXPECT_TRUE(sink.takes_batches());
  EXPECT_EQ(sink.hold(), Duration(90min));
  const WallTime before = wall_now();
  ASSERT_TRUE(run(loop_, sink.deliver(sample_events(3))));
  const WallTime after = wall_now();
  ASSERT_EQ(receiver_.received().size(), 1u);
  for (const json::value& alert : posted(receiver_.received().front())) {
    const WallTime end = parse_rfc3339(alert.at("endsAt").as_string()).value();
    EXPECT_GE(end, before + 90min);
    EXPECT_LE(end, after + 90min);
  }
}

TEST_F(AlertmanagerSinkTest, FindsTheApiBelowAPath) {
  ASSERT_TRUE(show({receiver_.url() + "/am//"}, alerts(1)));
  EXPECT_EQ(receiver_.received().front().request, "POST /am/api/v2/alerts HTTP/1.1");
}

TEST_F(AlertmanagerSinkTest, AsksNobodyForNothing) {
  EXPECT_TRUE(show({receiver_.url(), dead_url()}, {}));
  EXPECT_EQ(receiver_.connections(), 0);
}

TEST_F(AlertmanagerSinkTest, TakesNoPageForAnAlertmanagersAnswer) {
  receiver_.answer_with(Receiver::status("200 OK", "<!doctype html><title>Log in</title>"));
  const Delivery shown = show({receiver_.url()}, alerts(1));
  ASSERT_FALSE(shown);
  EXPECT_EQ(shown.error().error.kind, ErrorKind::other);
  EXPECT_EQ(shown.error().advice, Advice::later);
  EXPECT_NE(shown.error().error.detail.find("a proxy or a login before it"), std::string::npos)
      << shown.error().error.detail;
  receiver_.answer_with(Receiver::status("200 OK", "OK"));
  EXPECT_FALSE(show({receiver_.url()}, alerts(1)));
  for (const char* body : {"", "\n", "{\"status\":\"success\"}", " []", "\"\""}) {
    receiver_.answer_with(Receiver::status("200 OK", body));
    EXPECT_TRUE(show({receiver_.url()}, alerts(1))) << body;
  }
}

TEST_F(AlertmanagerSinkTest, FindsInstancesInFiles) {
  const TemporaryFolder folder;
  Receiver other;
  std::ofstream(folder.path() / "am.url") << receiver_.url() << "/am/\n";
  AlertmanagerSink sink({.urls = {other.url()}, .url_files = {folder.path() / "am.url"}}, fetcher_);
  EXPECT_TRUE(run(loop_, sink.show(alerts(1))));
  EXPECT_EQ(other.received().size(), 1u);
  ASSERT_EQ(receiver_.received().size(), 1u);
  EXPECT_EQ(receiver_.received().front().request, "POST /am/api/v2/alerts HTTP/1.1");
}

TEST_F(AlertmanagerSinkTest, LeadsToTheDaemon) {
  AlertmanagerSink sink({.urls = {receiver_.url()}}, fetcher_, "https://tenantscope.example/x");
  ASSERT_TRUE(run(loop_, sink.show(alerts(1))));
  ASSERT_TRUE(show({receiver_.url()}, alerts(1)));
  const json::object alert = posted(receiver_.received()[0])[0].as_object();
  EXPECT_EQ(alert.at("generatorURL"),
            "https://tenantscope.example/x/api/v1/events?after=0&limit=1");
  EXPECT_EQ(alert.at("annotations").at("dashboard_url"),
            "https://tenantscope.example/x/tenants/agency1.example?cloud=global");
  const json::object unknown = posted(receiver_.received()[1])[0].as_object();
  EXPECT_FALSE(unknown.contains("generatorURL"));
  EXPECT_FALSE(unknown.at("annotations").as_object().contains("dashboard_url"));
}

TEST_F(AlertmanagerSinkTest, ShowsManyInSeveralRequestsInOrder) {
  ASSERT_TRUE(show({receiver_.url()}, alerts(450)));
  std::vector<std::size_t> sizes;
  std::size_t sequence = 0;
  for (const Received& received : receiver_.received()) {
    sizes.push_back(posted(received).size());
    for (const json::value& alert : posted(received))
      EXPECT_EQ(alert.at("labels").at("sequence").as_string(), std::to_string(++sequence));
  }
  EXPECT_EQ(sizes, (std::vector<std::size_t>{200, 200, 50}));
  EXPECT_EQ(receiver_.connections(), 1);
  ASSERT_TRUE(show({receiver_.url()}, alerts(200)));
  EXPECT_EQ(receiver_.received().size(), 4u);
}

TEST_F(AlertmanagerSinkTest, TellsEveryInstance) {
  Receiver other;
  ASSERT_TRUE(show({receiver_.url(), other.url()}, alerts(201)));
  EXPECT_EQ(receiver_.received().size(), 2u);
  EXPECT_EQ(other.received().size(), 2u);
}

TEST_F(AlertmanagerSinkTest, IsTakenWhereOneInstanceTakesIt) {
  Receiver refusing(Receiver::status("500 Internal Server Error"));
  for (const std::string& other : {dead_url(), refusing.url()}) {
    EXPECT_TRUE(show({receiver_.url(), other}, alerts(1))) << other;
    EXPECT_TRUE(show({other, receiver_.url()}, alerts(1))) << other;
  }
  EXPECT_EQ(receiver_.received().size(), 4u);
}

TEST_F(AlertmanagerSinkTest, KeepsNoInstanceWaitingForAnother) {
  std::atomic<int> asked = 0;
  std::atomic<bool> released = false;
  RawServer hanging([&](RawConnection& connection) {
    if (connection.read_head())
      ++asked;
    released.wait(false);
  });
  AlertmanagerSink sink(
      {.urls = {hanging.url(), receiver_.url(), hanging.url()}, .http = {.timeout = 1h}}, fetcher_);
  std::optional<Delivery> result;
  boost::asio::co_spawn(loop_, sink.show(alerts(450)),
                        [&](std::exception_ptr, Delivery delivery) { result = delivery; });
  EXPECT_TRUE(run_until(loop_, [&] { return receiver_.received().size() == 3 && asked == 2; }));
  EXPECT_FALSE(result);
  released = true;
  released.notify_all();
  ASSERT_TRUE(run_until(loop_, [&] { return result.has_value(); }));
  EXPECT_TRUE(*result);
  EXPECT_EQ(asked, 2);  // an instance that didn't take the first request isn't asked for the others
}

TEST_F(AlertmanagerSinkTest, IsTakenWhereTheOtherHangs) {
  Receiver hanging("", Ending::hang);
  EXPECT_TRUE(show({hanging.url(), receiver_.url()}, alerts(1), {.timeout = 1s}));
  EXPECT_EQ(receiver_.received().size(), 1u);
}

TEST_F(AlertmanagerSinkTest, IsRefusedAsTheFirstInstanceRefuses) {
  Receiver bad(Receiver::status("400 Bad Request", "start time must be before end time")),
      gone(Receiver::status("410 Gone")),
      busy(Receiver::status("503 Service Unavailable\r\nRetry-After: 7")),
      hanging("", Ending::hang);
  struct Row {
    std::vector<std::string> urls;
    ErrorKind kind;
    Advice advice;
    std::optional<Duration> retry_after = {};
  };
  const std::vector<Row> table{
      {{bad.url()}, ErrorKind::http_status, Advice::later},
      {{bad.url(), gone.url()}, ErrorKind::http_status, Advice::later},
      {{gone.url(), bad.url()}, ErrorKind::http_status, Advice::later},
      {{gone.url(), gone.url()}, ErrorKind::http_status, Advice::never},
      {{bad.url(), hanging.url()}, ErrorKind::http_status, Advice::soon},
      {{hanging.url(), bad.url()}, ErrorKind::timeout, Advice::soon},
      {{dead_url(), bad.url()}, ErrorKind::connect, Advice::soon},
      {{dead_url(), busy.url()}, ErrorKind::connect, Advice::soon},
      {{busy.url(), dead_url()}, ErrorKind::http_status, Advice::soon, 7s},
      {{gone.url(), busy.url()}, ErrorKind::http_status, Advice::soon, 7s},
  };
  for (const Row& row : table) {
    const Delivery delivery = show(row.urls, alerts(1), {.timeout = 1s});
    ASSERT_FALSE(delivery);
    const Refusal& refused = delivery.error();
    EXPECT_EQ(refused.error.kind, row.kind) << refused.error.detail;
    EXPECT_TRUE(refused.error.detail.starts_with(row.urls.front())) << refused.error.detail;
    EXPECT_EQ(refused.advice, row.advice) << refused.error.detail;
    EXPECT_EQ(refused.retry_after, row.retry_after) << refused.error.detail;
  }
}

TEST_F(AlertmanagerSinkTest, HasNotTakenWhatNoInstanceHasWhole) {
  Receiver refusing(Receiver::status("503 Service Unavailable"));
  EXPECT_FALSE(show({refusing.url()}, alerts(450)));
  EXPECT_EQ(refusing.received().size(), 1u);

  std::atomic<int> asked = 0;
  RawServer tiring([&](RawConnection& connection) {
    while (const auto head = connection.read_head()) {
      connection.read_body(*head);
      connection.send(++asked < 3 ? Receiver::status("200 OK")
                                  : Receiver::status("503 Service Unavailable"));
    }
  });
  EXPECT_FALSE(show({tiring.url()}, alerts(450)));
  EXPECT_EQ(asked, 3);
}

TEST_F(AlertmanagerSinkTest, ShowsItsPassword) {
  TemporaryFolder folder;
  std::ofstream(folder.path() / "password") << "b";
  Receiver other;
  HttpSettings http;
  http.client.basic_auth = {.username = "a", .password = {.file = folder.path() / "password"}};
  ASSERT_TRUE(show({receiver_.url(), other.url()}, alerts(1), http));
  EXPECT_EQ(receiver_.received().front().header("authorization"), "Basic YTpi");
  EXPECT_EQ(other.received().front().header("authorization"), "Basic YTpi");
}

TEST_F(AlertmanagerSinkTest, MayGoAwayWhileADeliveryIsUnderWay) {
  Receiver hanging("", Ending::hang);
  auto sink = std::make_unique<AlertmanagerSink>(
      AlertmanagerSettings{.urls = {hanging.url()}, .http = {.timeout = 300ms}}, fetcher_);
  std::optional<Delivery> result;
  boost::asio::co_spawn(loop_, sink->deliver(sample_events(450)),
                        [&](std::exception_ptr, Delivery delivery) { result = delivery; });
  ASSERT_TRUE(run_until(loop_, [&] { return hanging.received().size() == 1; }));
  sink.reset();
  ASSERT_TRUE(run_until(loop_, [&] { return result.has_value(); }));
  EXPECT_EQ(result->error().error.kind, ErrorKind::timeout);
}

TEST(AlertmanagerSink, EndsWithItsFetcher) {
  boost::asio::io_context loop;
  Receiver hanging("", Ending::hang);
  auto fetcher = std::make_unique<Fetcher>();
  AlertmanagerSink sink({.urls = {hanging.url(), hanging.url()}, .http = {.timeout = 1h}},
                        *fetcher);
  bool resumed = false;
  boost::asio::co_spawn(loop, sink.show(alerts(1)),
                        [&](std::exception_ptr, Delivery) { resumed = true; });
  ASSERT_TRUE(run_until(loop, [&] { return hanging.received().size() == 2; }));
  fetcher.reset();
  loop.poll();
  EXPECT_FALSE(resumed);
}

}  // namespace
}  // namespace tenantscope
