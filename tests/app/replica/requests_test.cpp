// What a standby is asked and the active replica does, over rows in memory.
#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>
#include <stdexcept>
#include <vector>

#include "app/api/answer.hpp"
#include "app/replica/memory_requests.hpp"
#include "app/replica/request_asker.hpp"
#include "app/replica/request_service.hpp"
#include "support/captured_log.hpp"
#include "support/event_loop.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

WebRequest drill(const std::string& to) {
  WebRequest request;
  request.method = "POST";
  request.path = "/api/v1/drill";
  request.query = {{"to", to}};
  request.user = "alice";
  return request;
}

asio::awaitable<WebResponse> echo(std::string body) {
  WebResponse response;
  response.status = 418;
  response.body = std::move(body);
  co_return response;
}

asio::awaitable<WebResponse> fail() {
  throw std::runtime_error("no room");
  co_return WebResponse();
}

// "418 USG", or "503 why".
asio::awaitable<std::string> answer_of(RequestAsker& asker, WebRequest asked) {
  std::string why;
  try {
    const WebResponse response = co_await asker.ask(std::move(asked), "`north`");
    co_return std::to_string(response.status) + " " + response.body;
  } catch (const RefusedRequest& refusal) {
    why = std::to_string(refusal.status) + " " + refusal.why;
  }
  co_return why;
}

class RequestsTest : public ::testing::Test {
 protected:
  ~RequestsTest() override {
    asker_.stop();
    service_.stop();
  }

  void serve() { co_spawn(loop_, service_.run(), asio::detached); }
  std::string ask(const std::string& to = "USG") {
    return run(loop_, answer_of(asker_, drill(to)));
  }
  std::size_t left() {
    const std::lock_guard lock(rows_->mutex);
    return rows_->rows.size();
  }
  void claims_come_to(Result<bool> what) {
    const std::lock_guard lock(rows_->mutex);
    rows_->claim = std::move(what);
  }
  void be_away(ErrorKind kind) {
    const std::lock_guard lock(rows_->mutex);
    rows_->away = Error{kind, "no server"};
  }

  asio::io_context loop_;
  const Log log_{LogLevel::debug, LogFormat::logfmt};
  std::shared_ptr<RequestRows> rows_ = std::make_shared<RequestRows>();
  std::vector<std::string> done_;
  bool fails_ = false;
  RequestAsker::Pace pace_{.patience = 1min, .look = 1ms, .most = 2};
  RequestAsker asker_{std::make_unique<MemoryRequests>(rows_), "south", pace_};
  RequestAsker hasty_{
      std::make_unique<MemoryRequests>(rows_), "south", {.patience = 50ms, .look = 1ms, .most = 2}};
  RequestService service_{
      loop_.get_executor(),
      std::make_unique<MemoryRequests>(rows_),
      [this](WebRequest asked) {
        done_.push_back(asked.path + " " + std::string(asked.parameter("to").value_or("")));
        return fails_ ? fail() : echo(std::string(asked.parameter("to").value_or("")));
      },
      log_,
      {.look = 1ms, .sweep = 1h}};
};

TEST_F(RequestsTest, GetTheActiveOnesAnswer) {
  serve();
  testing::internal::CaptureStderr();
  EXPECT_EQ(ask("USG"), "418 USG");
  EXPECT_EQ(ask("USGov"), "418 USGov");
  EXPECT_EQ(done_, (std::vector<std::string>{"/api/v1/drill USG", "/api/v1/drill USGov"}));
  const std::string log = captured_log(log_);
  EXPECT_NE(log.find("operation=drill by=\"south, for alice\""), std::string::npos) << log;
  EXPECT_TRUE(run_until(loop_, [this] { return left() == 0; })) << "their rows are taken away";
}

TEST_F(RequestsTest, ThatNobodyBeginsWithAreTakenBack) {
  const std::string answer = run(loop_, answer_of(hasty_, drill("USG")));
  EXPECT_EQ(answer,
            "503 the active replica, `north`, hasn't begun with it for 50ms, and won't: nothing "
            "was done; try again, or ask it");
  EXPECT_EQ(left(), 0u);
  serve();
  EXPECT_EQ(ask("USGov"), "418 USGov");
  EXPECT_EQ(done_, std::vector<std::string>{"/api/v1/drill USGov"});
}

TEST_F(RequestsTest, ThatWereBegunAndNotAnsweredMayBeDone) {
  rows_->begun_at_once = true;
  EXPECT_EQ(run(loop_, answer_of(hasty_, drill("USG"))),
            "503 the active replica, `north`, hasn't answered for 50ms, and it isn't known whether "
            "it was done: look at its events before you try again");
}

// Another one may have done it in its term.
TEST_F(RequestsTest, ThatAreClaimedAreNotBegunAgain) {
  rows_->begun_at_once = true;
  serve();
  EXPECT_EQ(run(loop_, answer_of(hasty_, drill("USG"))).substr(0, 4), "503 ");
  EXPECT_EQ(done_, std::vector<std::string>{});
}

TEST_F(RequestsTest, AreNotBegunBeforeTheyAreClaimed) {
  serve();
  claims_come_to(false);
  EXPECT_TRUE(run(loop_, answer_of(hasty_, drill("USG"))).starts_with("503 "));
  claims_come_to(Error{ErrorKind::io, "no answer"});
  EXPECT_TRUE(run(loop_, answer_of(hasty_, drill("USG"))).starts_with("503 "));
  EXPECT_EQ(done_, std::vector<std::string>{});
}

TEST_F(RequestsTest, SayWhetherTheyWereAskedAtAll) {
  be_away(ErrorKind::connect);
  EXPECT_EQ(ask(),
            "503 the active replica, `north`, can't be asked through the database, and "
            "nothing was done: no server");
  be_away(ErrorKind::io);
  EXPECT_EQ(ask(),
            "503 it isn't known whether the active replica, `north`, does it: look at its "
            "events before you try again: no server");
}

TEST_F(RequestsTest, AreBounded) {
  std::vector<std::string> answers;
  for (int i = 0; i < 3; ++i)
    co_spawn(loop_, answer_of(asker_, drill("USG")),
             [&](std::exception_ptr, std::string given) { answers.push_back(std::move(given)); });
  ASSERT_TRUE(run_until(loop_, [&] { return answers.size() == 1; }));
  EXPECT_EQ(answers[0], "503 2 requests to the active replica are under way already");
  serve();
  ASSERT_TRUE(run_until(loop_, [&] { return answers.size() == 3; }));
  EXPECT_EQ(ask(), "418 USG") << "there is room again";
}

TEST_F(RequestsTest, ThatFailAreAnsweredToo) {
  fails_ = true;
  serve();
  EXPECT_EQ(ask(), "500 {\"status\":\"error\",\"error\":\"internal error\"}\n");
  fails_ = false;
  EXPECT_EQ(ask(), "418 USG");
}

TEST_F(RequestsTest, OfAnotherVersionAreAnsweredToo) {
  serve();
  WebRequest other = drill("USG");
  other.path = "/api/v2/defrost";
  const std::string answer = run(loop_, answer_of(asker_, other));
  EXPECT_TRUE(answer.starts_with("503 ")) << answer;
  EXPECT_NE(answer.find("doesn't know such a request"), std::string::npos) << answer;
  EXPECT_EQ(done_, std::vector<std::string>{});
}

TEST_F(RequestsTest, AreAnsweredOnceTheDatabaseTakesIt) {
  rows_->failing_answers = 2;
  serve();
  EXPECT_EQ(ask(), "418 USG");
  EXPECT_EQ(done_.size(), 1u);
}

TEST_F(RequestsTest, AreNotBegunAtAStop) {
  serve();
  EXPECT_EQ(ask(), "418 USG");
  service_.stop();
  EXPECT_EQ(run(loop_, answer_of(hasty_, drill("USGov"))).substr(0, 4), "503 ");
  EXPECT_EQ(done_.size(), 1u);
}

TEST_F(RequestsTest, ThatAreLeftOverAreDropped) {
  rows_->left_over = 3;
  testing::internal::CaptureStderr();
  serve();
  EXPECT_TRUE(run_until(loop_, [this] {
    const std::lock_guard lock(rows_->mutex);
    return rows_->left_over == 0;
  }));
  EXPECT_EQ(ask(), "418 USG");
  const std::string log = captured_log(log_);
  EXPECT_NE(log.find("nobody waits any more\" requests=3"), std::string::npos) << log;
}

}  // namespace
}  // namespace tenantscope
