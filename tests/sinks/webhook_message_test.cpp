// A webhook whose receiver shows its messages to people.
#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <fstream>

#include "formats/template/named_templates.hpp"
#include "sinks/receiver.hpp"
#include "sinks/sample_events.hpp"
#include "sinks/webhook_sink.hpp"
#include "support/event_loop.hpp"
#include "support/service_rules.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

class WebhookMessage : public ::testing::Test {
 protected:
  Delivery deliver(WebhookSettings settings, std::vector<JournalEntry> events) {
    WebhookSink sink(std::move(settings), fetcher_, "https://tenantscope.example");
    EXPECT_TRUE(sink.takes_families());
    return run(loop_, sink.deliver(std::move(events)));
  }
  WebhookSettings settings(std::string_view name) {
    return {.url = receiver_.url() + "/hook",
            .message = {.name = std::string(name),
                        .text = std::string(named_template(name).value_or(name)),
                        .value_files = {}}};
  }
  std::filesystem::path write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.path() / name) << text;
    return folder_.path() / name;
  }

  TemporaryFolder folder_;
  boost::asio::io_context loop_;
  Receiver receiver_;
  Fetcher fetcher_;
};

TEST_F(WebhookMessage, IsWhatTheServiceTakes) {
  ASSERT_TRUE(deliver(settings("slack"), {sample_event(1)}));
  ASSERT_TRUE(deliver(settings("teams"), {sample_event(1)}));
  const auto received = receiver_.received();
  EXPECT_EQ(received[0].header("content-type"), "application/json");
  EXPECT_EQ(received[0].header("webhook-id"), sample_event(1).id);
  EXPECT_EQ(ServiceRules::of_slack(received[0].body), Breaches());
  EXPECT_EQ(ServiceRules::of_teams(received[1].body), Breaches());
}

TEST_F(WebhookMessage, HasItsSecretsFromFilesAsTheyAreNow) {
  WebhookSettings pagerduty = settings("pagerduty");
  pagerduty.message.value_files = {{"routing_key", write("key", "first\n")}};
  ASSERT_TRUE(deliver(pagerduty, {sample_event(1)}));
  write("key", "second\n");
  ASSERT_TRUE(deliver(pagerduty, {sample_event(1)}));
  const auto received = receiver_.received();
  EXPECT_EQ(ServiceRules::of_pagerduty(received[0].body), Breaches());
  EXPECT_EQ(boost::json::parse(received[0].body).at("routing_key"), "first");
  EXPECT_EQ(boost::json::parse(received[1].body).at("routing_key"), "second");
  std::filesystem::remove(folder_.path() / "key");
  const Delivery refused = deliver(pagerduty, {sample_event(1)});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error.kind, ErrorKind::io);
  EXPECT_EQ(refused.error().advice, Refusal::Advice::later);
}

// Whoever gets the same events again can tell.
TEST_F(WebhookMessage, OfSeveralEventsHasAnIdOfItsOwn) {
  ASSERT_TRUE(deliver(settings("slack"), {sample_event(1), sample_event(2)}));
  ASSERT_TRUE(deliver(settings("slack"), {sample_event(1), sample_event(2)}));
  ASSERT_TRUE(deliver(settings("slack"), {sample_event(2)}));
  const auto received = receiver_.received();
  EXPECT_EQ(received[0].header("webhook-id"), received[1].header("webhook-id"));
  EXPECT_NE(received[0].header("webhook-id"), received[2].header("webhook-id"));
  EXPECT_EQ(received[0].body, received[1].body);
}

TEST_F(WebhookMessage, HasTheTypeThatIsAskedFor) {
  WebhookSettings typed = settings("{{! for: other }}{\"text\": \"{{data.tenant}}\"}");
  typed.content_type = "application/vnd.example+json";
  ASSERT_TRUE(deliver(typed, {sample_event(1)}));
  EXPECT_EQ(receiver_.received()[0].header("content-type"), "application/vnd.example+json");
  EXPECT_EQ(receiver_.received()[0].body, "{\"text\": \"agency1.example\"}");
}

TEST_F(WebhookMessage, IsTakenWhereTheAnswerSaysSo) {
  WebhookSettings slack = settings("slack");
  slack.success_body = "ok";
  receiver_.answer_with(Receiver::status("200 OK", "ok"));
  EXPECT_TRUE(deliver(slack, {sample_event(1)}));
  receiver_.answer_with(Receiver::status("200 OK", "error: no_text"));
  const Delivery refused = deliver(slack, {sample_event(1)});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error.kind, ErrorKind::other);
  EXPECT_EQ(refused.error().advice, Refusal::Advice::later);
  EXPECT_EQ(refused.error().error.detail, receiver_.url() +
                                              " answered with status 200 and without `ok`, its "
                                              "`success_body`: error: no_text");
  receiver_.answer_with(Receiver::status("200 OK", std::string(8000, ' ') + "ok"));
  EXPECT_FALSE(deliver(slack, {sample_event(1)})) << "an answer is read to its 4,096th byte";
}

TEST_F(WebhookMessage, ThatCannotBeMadeIsTriedAgainSlowly) {
  WebhookSettings broken = settings("{{! for: other }}{\"text\": {{data.tenant}} }");
  const Delivery refused = deliver(broken, {sample_event(1)});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().advice, Refusal::Advice::later);
  EXPECT_EQ(receiver_.connections(), 0);
}

TEST_F(WebhookMessage, IsSentToTheAddressInAFile) {
  WebhookSettings slack = settings("slack");
  slack.url.clear();
  slack.url_file = write("url", receiver_.url() + "/services/T0/B0/x\n");
  ASSERT_TRUE(deliver(slack, {sample_event(1)}));
  EXPECT_EQ(receiver_.received()[0].request, "POST /services/T0/B0/x HTTP/1.1");
}

}  // namespace
}  // namespace tenantscope
