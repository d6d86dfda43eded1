#include "web/config/web_config_watch.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>

#include "support/captured_log.hpp"
#include "web/config/web_config_folder.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

const Log log_all(LogLevel::debug, LogFormat::logfmt);

class WebConfigWatchTest : public testing::Test {
 protected:
  std::shared_ptr<const WebConfig> look(Duration later = 1s) {
    now += later;
    return watch.current();
  }

  // What is logged meanwhile, without the time.
  static std::vector<std::string> logged(const std::function<void()>& act) {
    testing::internal::CaptureStderr();
    act();
    std::istringstream text(captured_log(log_all));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);)
      lines.push_back(line.substr(line.find("level=")));
    return lines;
  }

  // As careful programs do it: all at once.
  void replace(const std::string& name, const std::string& text) {
    folder.write("new", text);
    std::filesystem::rename(folder.path("new"), folder.path(name));
  }

  struct Folder : WebConfigFolder {
    Folder() { write("c", server_pair); }
  } folder;
  SteadyTime now{};
  std::vector<bool> announced;  // whether with TLS
  WebConfigWatch watch{
      folder.path("c"), folder.load_web(), log_all,
      [this](const WebConfig& config) { announced.push_back(config.tls != nullptr); },
      [this] { return now; }};
};

TEST_F(WebConfigWatchTest, ReadsNothingAgainThatHasNotChanged) {
  const auto first = watch.current();
  ASSERT_NE(first->tls, nullptr);
  EXPECT_EQ(look(), first);
  EXPECT_EQ(look(24h), first);
}

TEST_F(WebConfigWatchTest, LooksOnceASecond) {
  const auto first = watch.current();
  replace("c", "{}");
  EXPECT_EQ(look(999ms), first);
  EXPECT_EQ(look(1ms)->tls, nullptr);
  replace("c", "basic_auth_users: {}\n");
  const auto second = look(500ms);
  EXPECT_EQ(second->tls, nullptr);
  EXPECT_NE(look(500ms), second);
  replace("c", server_pair);
  EXPECT_NE(look()->tls, nullptr);
  EXPECT_EQ(announced, (std::vector{false, false, true}));
}

TEST_F(WebConfigWatchTest, LooksSoonerWhenTold) {
  const auto first = watch.current();
  replace("c", "{}");
  EXPECT_EQ(look(0s), first);
  watch.look_soon();
  EXPECT_NE(look(0s), first);
}

TEST_F(WebConfigWatchTest, NoticesEachFileThatIsNamed) {
  replace("c", server_pair +
                   "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem\n");
  auto before = look();
  replace("ca.pem", file_text(folder.other.file));
  auto after = look();
  EXPECT_NE(after, before);
  replace("server.pem", file_text(folder.other.file));
  replace("server-key.pem", file_text(folder.other.key));
  EXPECT_NE(look(), after);
}

TEST_F(WebConfigWatchTest, NoticesAFileThatIsWrittenInPlaceAndALinkThatMoves) {
  auto before = watch.current();
  folder.write("server.pem", file_text(folder.path("server.pem")) + "\n");
  auto after = look();
  EXPECT_NE(after, before);
  folder.write("v1/c", "{}");
  folder.write("v2/c", server_pair);
  std::filesystem::remove(folder.path("c"));
  std::filesystem::create_symlink("v1/c", folder.path("c"));
  EXPECT_EQ(look()->tls, nullptr);
  std::filesystem::create_symlink("v2/c", folder.path("next"));
  std::filesystem::rename(folder.path("next"), folder.path("c"));
  EXPECT_NE(look()->tls, nullptr);
}

TEST_F(WebConfigWatchTest, KeepsTheLastGoodOneAndSaysEachReasonOnce) {
  const auto good = watch.current();
  const std::string c = folder.path("c").native();
  EXPECT_EQ(
      logged([&] {
        replace("c", "tls: {}\n");
        EXPECT_EQ(look(), good);
        EXPECT_EQ(look(), good);
        replace("c", "tls: {}\n");
        EXPECT_EQ(look(), good);
      }),
      (std::vector<std::string>{
          "level=error msg=\"bad web configuration\" finding=\"" + c +
              ":1:1: unknown key `tls`; the keys here are: tls_server_config, http_server_config, "
              "basic_auth_users, rate_limit\"",
          "level=error msg=\"web configuration not reloaded; the last good one stays\" file=" + c +
              " findings=1"}));
  EXPECT_EQ(logged([&] {
              replace("c", "");
              EXPECT_EQ(look(), good);
              EXPECT_EQ(look(), good);
            }),
            (std::vector<std::string>{
                "level=error msg=\"bad web configuration\" finding=\"" + c +
                    ":1:1: the web configuration is empty, or has nothing but comments; write {} "
                    "for the defaults\"",
                "level=error msg=\"web configuration not reloaded; the last good one stays\" "
                "file=" +
                    c + " findings=1"}))
      << "another reason";
  EXPECT_EQ(logged([&] {
              replace("c", server_pair);
              EXPECT_NE(look(), good);
              EXPECT_NE(look()->tls, nullptr);
            }),
            std::vector<std::string>{"level=info msg=\"web configuration good again\" file=" + c});
  EXPECT_EQ(logged([&] {
              replace("c", "{}");
              look();
            }),
            std::vector<std::string>{"level=info msg=\"web configuration reloaded\" file=" + c});
}

TEST_F(WebConfigWatchTest, SeesAMissingFileComeBack) {
  const auto good = watch.current();
  const auto lines = logged([&] {
    std::filesystem::rename(folder.path("server-key.pem"), folder.path("away"));
    EXPECT_EQ(look(), good);
    std::filesystem::rename(folder.path("away"), folder.path("server-key.pem"));
    EXPECT_NE(look(), good);
    std::filesystem::remove(folder.path("c"));
    EXPECT_NE(look()->tls, nullptr);
    replace("c", "{}");
    EXPECT_EQ(look()->tls, nullptr);
  });
  EXPECT_EQ(lines.size(), 6u);
}

TEST_F(WebConfigWatchTest, TriesAgainWhatItCouldNotRead) {
  const auto good = watch.current();
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{0, before.rlim_max};
  replace("c", "{}");
  const auto lines = logged([&] {
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    EXPECT_EQ(look(), good);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_NE(look(), good);
  });
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_NE(lines[0].find("Too many open files"), std::string::npos) << lines[0];
}

TEST_F(WebConfigWatchTest, TakesACertificateAndItsKeyOneAfterTheOther) {
  const auto good = watch.current();
  const auto lines = logged([&] {
    replace("server.pem", file_text(folder.other.file));
    EXPECT_EQ(look(), good);
    replace("server-key.pem", file_text(folder.other.key));
    EXPECT_NE(look(), good);
  });
  EXPECT_EQ(lines.size(), 3u);
}

}  // namespace
}  // namespace tenantscope
