#include "sinks/target.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "sinks/http_delivery.hpp"
#include "sinks/receiver.hpp"
#include "support/event_loop.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

class TargetTest : public ::testing::Test {
 protected:
  Target written(const std::string& text) {
    std::ofstream(file()) << text;
    return {.url = {}, .file = file()};
  }
  std::filesystem::path file() const { return folder_.path() / "hook.url"; }

  TemporaryFolder folder_;
};

TEST_F(TargetTest, OfTheConfigurationIsShownByItsOrigin) {
  const auto address = address_of({.url = "https://hook.example:8443/a/token?b=c", .file = {}});
  ASSERT_TRUE(address);
  EXPECT_EQ(address->url, "https://hook.example:8443/a/token?b=c");
  EXPECT_EQ(address->shown, "https://hook.example:8443");
}

TEST_F(TargetTest, OfAFileIsShownByTheFile) {
  const auto address = address_of(written("https://hooks.example/services/T0/B0/CANARY\n"));
  ASSERT_TRUE(address);
  EXPECT_EQ(address->url, "https://hooks.example/services/T0/B0/CANARY");
  EXPECT_EQ(address->shown, "the receiver in " + file().native());
}

TEST_F(TargetTest, IsReadAtEachUse) {
  const Target target = written("https://one.example/\n");
  EXPECT_EQ(address_of(target)->url, "https://one.example/");
  written("https://two.example/\n");
  EXPECT_EQ(address_of(target)->url, "https://two.example/");
  std::filesystem::remove(file());
  const auto gone = address_of(target);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().kind, ErrorKind::io);
}

TEST_F(TargetTest, ThatIsNoUrlIsntShown) {
  for (const char* text : {"CANARY", "https://me:CANARY@hook.example/", "ftp://CANARY.example/"}) {
    const auto address = address_of(written(text));
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().detail.find("CANARY"), std::string::npos) << address.error().detail;
    EXPECT_NE(address.error().detail.find(file().native()), std::string::npos);
  }
}

// Neither its host nor a piece of its path, which receivers and errors repeat.
TEST_F(TargetTest, OfAFileIsInNoRefusal) {
  boost::asio::io_context loop;
  Fetcher fetcher;
  const auto client = std::make_shared<HttpClient>(fetcher, HttpClientSettings());
  Receiver receiver(Receiver::status("404 Not Found", "no such hook: /services/CANARY"));
  const auto refused = [&](const std::string& url) {
    Post post{.to = address_of(written(url)).value(),
              .letter = {.content_type = "text/plain", .body = "hello"}};
    return run(loop, deliver_post(client, std::chrono::seconds(10), std::move(post)))
        .error()
        .error.detail;
  };
  const std::string answered = refused(receiver.url() + "/services/CANARY");
  EXPECT_EQ(answered, "the receiver in " + file().native() + " answered with status 404");
  receiver.answer_with(Receiver::status("400 Bad Request", "invalid_payload"));
  EXPECT_EQ(refused(receiver.url() + "/services/CANARY"),
            "the receiver in " + file().native() + " answered with status 400: invalid_payload");
  for (const char* url : {"https://canary.invalid/x", "https://canary.invalid:8443/x"})
    EXPECT_EQ(refused(url), "the receiver in " + file().native() + ": dns");
  EXPECT_EQ(refused("https://127.0.0.1:1/x"), "the receiver in " + file().native() + ": connect");
}

}  // namespace
}  // namespace tenantscope
