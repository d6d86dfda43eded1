// What is answered while the storage can't be opened, and what ends that.
#include "app/joining.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "storage/sqlite/sqlite_ledger.hpp"
#include "support/certificate.hpp"
#include "support/raw_client.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

class JoiningTest : public ::testing::Test {
 protected:
  JoiningTest() {
    sockets_.push_back(listen_on("127.0.0.1:0"));
    address_ = sockets_.front().address();
  }

  StorageOpener opener() {
    return StorageOpener(
        [this](const OpeningObserver&) {
          if (const int code = fails_with_)
            throw FatalError(code, "the disk is broken");
          OpenStorage opened;
          opened.ledger = open_sqlite_ledger(folder_.path());
          return opened;
        },
        log_, {.patience = 1min, .again = 1ms});
  }
  RawReply get(const std::string& path) {
    RawClient client(address_);
    client.send("GET " + path + " HTTP/1.1\r\nHost: " + address_ + "\r\n\r\n");
    return client.reply().value_or(RawReply());
  }
  void expect(const std::string& path, int status, const std::string& text) {
    const RawReply reply = get(path);
    EXPECT_EQ(reply.status, status) << path;
    EXPECT_NE(reply.body.find(text), std::string::npos) << path << ": " << reply.body;
  }
  void expect_waiting() {
    expect("/-/healthy", 200, "tenantscope is healthy");
    expect("/-/ready", 503, "tenantscope waits for its storage");
    expect("/metrics", 200, "\ntenantscope_storage_up 0\n");
    expect("/metrics", 200, "\ntenantscope_replica_active 0\n");
    expect("/metrics", 200, "\ntenantscope_config_last_reload_successful 1\n");
    expect("/api/v1/status", 200, R"("joining":true)");
    expect("/", 200, "nothing is known of tenants, and none is asked");
    for (const char* path :
         {"/api/v1/events", "/api/v1/tenants", "/api/v1/tenants/a.example", "/api/v1/no-such"})
      expect(path, 503, R"("error":"tenantscope waits for its storage)");
    for (const char* path : {"/events", "/events.atom", "/tenants/a.example", "/pairs", "/explain",
                             "/config", "/probe"})
      expect(path, 503, "tenantscope waits for its storage");
  }

  TemporaryFolder folder_;
  const Log log_{LogLevel(int(LogLevel::error) + 1), LogFormat::logfmt};  // nothing
  std::atomic<int> fails_with_ = exit_failure;
  Instruments instruments_;
  const ServeOptions options_;
  std::vector<ListeningSocket> sockets_;
  std::string address_;
};

TEST_F(JoiningTest, AnswersWithoutTheStorageUntilItIsOpen) {
  StorageOpener opener = this->opener();
  int turns = 0;
  const auto stopped_within = [&](Duration) {
    if (++turns == 1)
      expect_waiting();
    fails_with_ = 0;
    return false;
  };
  {
    Joining joining(options_, {}, std::move(sockets_), instruments_, log_);
    const std::optional<OpenStorage> opened = joining.wait_for(opener, stopped_within);
    ASSERT_TRUE(opened);
    EXPECT_TRUE(opened->ledger);
  }
  EXPECT_GT(turns, 0);
  EXPECT_EQ(instruments_.storage_up().Value(), 1);
}

// As a standby may be there for weeks.
TEST_F(JoiningTest, ShowsWhoCanReachItAndItsCertificatesEnd) {
  const Certificate certificate = make_certificate(folder_.path(), "DNS:localhost", 30);
  std::ofstream(folder_.path() / "web.yaml")
      << "tls_server_config: {cert_file: " << certificate.file.string()
      << ", key_file: " << certificate.key.string() << "}\n";
  sockets_.clear();
  sockets_.push_back(listen_on("0.0.0.0:0"));
  const Joining joining(options_, {.main = {}, .web = load_web_config(folder_.path() / "web.yaml")},
                        std::move(sockets_), instruments_, log_);
  EXPECT_EQ(instruments_.web_exposed().Value(), 1) << "without a login";
  std::string families;
  for (const prometheus::MetricFamily& family : instruments_.collect())
    families += family.name + "\n";
  EXPECT_NE(families.find("tenantscope_web_certificate_expiry_timestamp_seconds\n"),
            std::string::npos)
      << families;
}

TEST_F(JoiningTest, EndsWhereItIsAskedToStop) {
  StorageOpener opener = this->opener();
  Joining joining(options_, {}, std::move(sockets_), instruments_, log_);
  EXPECT_FALSE(joining.wait_for(opener, [](Duration) { return true; }));
}

TEST_F(JoiningTest, EndsWhereWaitingCannotHelp) {
  StorageOpener opener = this->opener();
  Joining joining(options_, {}, std::move(sockets_), instruments_, log_);
  const auto stopped_within = [this](Duration) {
    fails_with_ = exit_unusable;
    return false;
  };
  try {
    (void)joining.wait_for(opener, stopped_within);
    FAIL();
  } catch (const FatalError& error) {
    EXPECT_EQ(error.exit_code, exit_unusable);
  }
}

}  // namespace
}  // namespace tenantscope
