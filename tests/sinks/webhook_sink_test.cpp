#include "sinks/webhook_sink.hpp"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <charconv>
#include <fstream>
#include <memory>

#include "base/clock.hpp"
#include "base/text/base64.hpp"
#include "sinks/receiver.hpp"
#include "sinks/sample_events.hpp"
#include "sinks/standard_webhooks.hpp"
#include "support/event_loop.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;
using Advice = Refusal::Advice;

std::int64_t timestamp_of(const Received& received) {
  std::int64_t timestamp = 0;
  const std::string text = received.header("webhook-timestamp");
  std::from_chars(text.data(), text.data() + text.size(), timestamp);
  return timestamp;
}

class WebhookSinkTest : public ::testing::Test {
 protected:
  Delivery deliver(WebhookSettings settings, std::vector<JournalEntry> events) {
    WebhookSink sink(std::move(settings), fetcher_);
    return run(loop_, sink.deliver(std::move(events)));
  }
  WebhookSettings settings(bool batch = false) {
    return {.url = receiver_.url() + "/hook", .batch = batch};
  }

  std::filesystem::path write_key(const std::string& name, const std::string& key) {
    std::ofstream(folder_.path() / name) << "whsec_" << encode_base64(key) << "\n";
    return folder_.path() / name;
  }

  TemporaryFolder folder_;
  boost::asio::io_context loop_;
  Receiver receiver_;
  Fetcher fetcher_;
};

TEST_F(WebhookSinkTest, PostsAnEventAsItIs) {
  const JournalEntry event = sample_event(42);
  ASSERT_TRUE(deliver(settings(), {event}));
  ASSERT_EQ(receiver_.received().size(), 1u);
  const Received received = receiver_.received().front();
  EXPECT_EQ(received.request, "POST /hook HTTP/1.1");
  EXPECT_EQ(received.body, event.event);
  EXPECT_EQ(received.header("content-type"), "application/cloudevents+json; charset=utf-8");
  EXPECT_EQ(received.header("webhook-id"), event.id);
  EXPECT_NEAR(double(timestamp_of(received)), unix_seconds(wall_now()), 60);
  EXPECT_FALSE(received.headers.contains("webhook-signature"));
  EXPECT_FALSE(received.headers.contains("authorization"));
}

TEST_F(WebhookSinkTest, LeavesTheEventsBytesAlone) {
  JournalEntry event = sample_event(1);
  event.event = "{ \"a\" :\t1e2, \"b\": \"\\u00fc \xc3\xbc\" }";
  ASSERT_TRUE(deliver(settings(), {event}));
  EXPECT_EQ(receiver_.received().front().body, event.event);
}

TEST_F(WebhookSinkTest, PostsACloudEvent) {
  ASSERT_TRUE(deliver(settings(), {sample_event(42)}));
  const boost::json::value event = boost::json::parse(receiver_.received().front().body);
  EXPECT_EQ(event.at("specversion"), "1.0");
  EXPECT_EQ(event.at("id").as_string(), receiver_.received().front().header("webhook-id"));
  EXPECT_EQ(event.at("source"), "tenantscope");
  EXPECT_EQ(event.at("type"), "tenantscope.tenant.changed.v1");
  EXPECT_EQ(event.at("subject"), "agency42.example");
  EXPECT_TRUE(parse_rfc3339(event.at("time").as_string()));
  EXPECT_EQ(event.at("datacontenttype"), "application/json");
  EXPECT_TRUE(event.at("data").is_object());
}

TEST_F(WebhookSinkTest, PostsABatchAsAnArray) {
  const std::vector<JournalEntry> events = sample_events(3);
  ASSERT_TRUE(deliver(settings(true), events));
  ASSERT_EQ(receiver_.received().size(), 1u);
  const Received received = receiver_.received().front();
  EXPECT_EQ(received.header("content-type"), "application/cloudevents-batch+json; charset=utf-8");
  const boost::json::array posted = boost::json::parse(received.body).as_array();
  ASSERT_EQ(posted.size(), 3u);
  for (std::size_t i = 0; i < posted.size(); ++i) {
    EXPECT_EQ(posted[i], boost::json::parse(events[i].event));
    EXPECT_NE(received.body.find(events[i].event), std::string::npos);
  }
}

TEST_F(WebhookSinkTest, GivesABatchAnIdOfItsOwnEvents) {
  const std::vector<JournalEntry> events = sample_events(3);
  const std::vector<std::vector<JournalEntry>> batches{
      events, events, {events[0], events[1]}, {events[1], events[0]}, {events[0]}};
  for (const auto& batch : batches)
    ASSERT_TRUE(deliver(settings(true), batch));
  std::vector<std::string> ids;
  for (const Received& received : receiver_.received())
    ids.push_back(received.header("webhook-id"));
  ASSERT_EQ(ids.size(), batches.size());
  EXPECT_EQ(ids[0], ids[1]);
  for (std::size_t i = 1; i < ids.size(); ++i) {
    EXPECT_TRUE(parse_guid(ids[i])) << ids[i];
    EXPECT_EQ(ids[i][14], '5') << ids[i];
    for (std::size_t j = i + 1; j < ids.size(); ++j)
      EXPECT_NE(ids[i], ids[j]) << i << " " << j;
  }
}

TEST_F(WebhookSinkTest, SignsWithEveryKey) {
  WebhookSettings signing = settings();
  signing.secret_files = {write_key("new", "new key"), write_key("old", "old key")};
  ASSERT_TRUE(deliver(signing, {sample_event(1)}));
  signing.batch = true;
  ASSERT_TRUE(deliver(signing, sample_events(2)));
  ASSERT_EQ(receiver_.received().size(), 2u);
  for (const Received& received : receiver_.received()) {
    const std::string id = received.header("webhook-id");
    const auto by = [&](const std::string& key) {
      return webhook_signature({key}, id, timestamp_of(received), received.body);
    };
    EXPECT_EQ(received.header("webhook-signature"), by("new key") + " " + by("old key"));
  }
}

TEST_F(WebhookSinkTest, ReadsItsKeysAtEachDelivery) {
  WebhookSettings signing = settings();
  signing.secret_files = {write_key("key", "first")};
  WebhookSink sink(signing, fetcher_);
  ASSERT_TRUE(run(loop_, sink.deliver({sample_event(1)})));
  write_key("key", "second");
  ASSERT_TRUE(run(loop_, sink.deliver({sample_event(1)})));
  const std::vector<Received> received = receiver_.received();
  ASSERT_EQ(received.size(), 2u);
  const auto signed_by = [](const Received& one, const std::string& key) {
    return one.header("webhook-signature") ==
           webhook_signature({key}, one.header("webhook-id"), timestamp_of(one), one.body);
  };
  EXPECT_TRUE(signed_by(received[0], "first"));
  EXPECT_TRUE(signed_by(received[1], "second"));
  EXPECT_EQ(received[0].header("webhook-id"), received[1].header("webhook-id"));

  std::ofstream(folder_.path() / "key") << "no base64!";
  const Delivery refused = run(loop_, sink.deliver({sample_event(1)}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error.kind, ErrorKind::io);
  EXPECT_EQ(refused.error().advice, Advice::later);
  EXPECT_NE(refused.error().error.detail.find((folder_.path() / "key").string()),
            std::string::npos);
  EXPECT_EQ(refused.error().error.detail.find("no base64"), std::string::npos);
  EXPECT_EQ(receiver_.received().size(), 2u);
}

TEST_F(WebhookSinkTest, StampsEachAttempt) {
  WebhookSink sink(settings(), fetcher_);
  ASSERT_TRUE(run(loop_, sink.deliver({sample_event(1)})));
  std::this_thread::sleep_for(1100ms);
  ASSERT_TRUE(run(loop_, sink.deliver({sample_event(1)})));
  const std::vector<Received> received = receiver_.received();
  EXPECT_GT(timestamp_of(received[1]), timestamp_of(received[0]));
}

TEST_F(WebhookSinkTest, ShowsItsTokenAndTrustsItsFile) {
  const Certificate certificate = make_certificate(folder_.path(), "IP:127.0.0.1");
  Receiver secure(Receiver::taken, Receiver::Ending::keep, certificate);
  std::ofstream(folder_.path() / "token") << "abc\n";
  HttpSettings http;
  http.client.authorization.credentials.file = folder_.path() / "token";
  http.client.tls.ca_file = certificate.file;
  EXPECT_TRUE(deliver({.url = secure.url(), .http = http}, {sample_event(1)}));
  ASSERT_EQ(secure.received().size(), 1u);
  EXPECT_EQ(secure.received().front().header("authorization"), "Bearer abc");
}

TEST_F(WebhookSinkTest, IsRefused) {
  receiver_.answer_with(Receiver::status("410 Gone"));
  const Delivery refused = deliver(settings(), {sample_event(1)});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().advice, Advice::never);

  Receiver hanging("", Receiver::Ending::hang);
  const Delivery late =
      deliver({.url = hanging.url(), .http = {.timeout = 100ms}}, {sample_event(1)});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().error.kind, ErrorKind::timeout);
}

TEST_F(WebhookSinkTest, MayGoAwayWhileADeliveryIsUnderWay) {
  for (const bool batch : {false, true}) {
    Receiver hanging("", Receiver::Ending::hang);
    WebhookSettings signing{.url = hanging.url(),
                            .http = {.timeout = 300ms},
                            .secret_files = {write_key("key", "key")},
                            .batch = batch};
    auto sink = std::make_unique<WebhookSink>(signing, fetcher_);
    EXPECT_EQ(sink->takes_batches(), batch);
    std::optional<Delivery> result;
    boost::asio::co_spawn(loop_, sink->deliver({sample_event(1)}),
                          [&](std::exception_ptr, Delivery delivery) { result = delivery; });
    ASSERT_TRUE(run_until(loop_, [&] { return hanging.received().size() == 1; }));
    sink.reset();
    ASSERT_TRUE(run_until(loop_, [&] { return result.has_value(); }));
    EXPECT_EQ(result->error().error.kind, ErrorKind::timeout);
  }
}

}  // namespace
}  // namespace tenantscope
