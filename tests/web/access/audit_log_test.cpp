#include "web/access/audit_log.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/captured_log.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

class AuditLogTest : public testing::Test {
 protected:
  void SetUp() override { testing::internal::CaptureStderr(); }
  void fail(const std::string& peer, const std::string& user = "") {
    audit.login(LoginResult::failure, WebRequest{.peer = peer}, user, now);
  }
  std::ptrdiff_t lines() {
    written = captured_log(log);
    testing::internal::CaptureStderr();
    return std::ranges::count(written, '\n');
  }
  void TearDown() override { testing::internal::GetCapturedStderr(); }

  SteadyTime now = SteadyTime{} + 1h;
  Log log{LogLevel::error, LogFormat::json};
  AuditLog audit{log};
  std::string written;
};

TEST_F(AuditLogTest, HasALineForEachAddressAndMinute) {
  for (int i = 0; i < 100; ++i, now += 100ms)
    fail(i % 2 == 0 ? "192.0.2.1" : "192.0.2.2");
  EXPECT_EQ(lines(), 2) << "each at once";
  now += 40s;
  audit.sweep(now);
  EXPECT_EQ(lines(), 0);
  now += 11s;
  audit.sweep(now);
  EXPECT_EQ(lines(), 2);
  EXPECT_NE(written.find(R"("level":"warn","msg":"login refused","logger":"audit",)"
                         R"("peer":"192.0.2.1","failed":"49","locked":"0"})"),
            std::string::npos)
      << written;
  audit.sweep(now + 5min);
  EXPECT_EQ(lines(), 0) << "nothing came since";
  fail("192.0.2.1");
  EXPECT_EQ(lines(), 1);
}

TEST_F(AuditLogTest, TellsAtTheEndWhatItHasCounted) {
  for (int i = 0; i < 3; ++i)
    fail("192.0.2.1", "alice");
  EXPECT_EQ(lines(), 1);
  audit.sweep(SteadyTime::max());
  EXPECT_EQ(lines(), 1);
  EXPECT_NE(written.find(R"("user":"alice","failed":"2",)"), std::string::npos) << written;
}

TEST_F(AuditLogTest, CountsTheAddressesThatAreTooManyTogether) {
  for (std::size_t i = 0; i < AuditLog::most_addresses; ++i)
    fail("address " + std::to_string(i));
  EXPECT_EQ(lines(), std::ptrdiff_t(AuditLog::most_addresses));
  for (int i = 0; i < 1000; ++i)
    fail("more " + std::to_string(i));
  EXPECT_EQ(lines(), 1);
  EXPECT_NE(written.find(R"("peer":"others")"), std::string::npos) << written;
  audit.sweep(SteadyTime::max());
  EXPECT_EQ(lines(), 1);
  EXPECT_NE(written.find(R"("peer":"others","failed":"999",)"), std::string::npos) << written;
}

TEST_F(AuditLogTest, CountsAnIpv6NetworkAsOne) {
  for (int i = 1; i < 10; ++i)
    fail("2001:db8::" + std::to_string(i));
  EXPECT_EQ(lines(), 1);
  EXPECT_NE(written.find(R"("peer":"2001:db8::1")"), std::string::npos) << written;
}

TEST_F(AuditLogTest, TellsUsersOfASocketApart) {
  for (const unsigned user_id : {7u, 8u, 7u})
    audit.login(LoginResult::failure, WebRequest{.user_id = user_id}, "", now);
  EXPECT_EQ(lines(), 2);
  for (const char* who : {R"("peer":"unix","uid":"7","failed":"1")", R"("peer":"unix","uid":"8",)"})
    EXPECT_NE(written.find(who), std::string::npos) << written;
}

TEST_F(AuditLogTest, NamesSignalsAndSockets) {
  audit.done_by_signal("reload", false);
  audit.refused("drill", WebRequest{.user_id = 7}, now);
  EXPECT_EQ(lines(), 2);
  EXPECT_NE(written.find(R"("operation":"reload","signal":"SIGHUP","outcome":"failed"})"),
            std::string::npos)
      << written;
  EXPECT_NE(written.find(R"("peer":"unix","uid":"7","operation":"drill","count":"1"})"),
            std::string::npos)
      << written;
}

TEST_F(AuditLogTest, KeepsWhatOthersWroteOnItsLine) {
  const WebRequest drill{.query = {{"tenant", "a\nlevel=error"}, {"to", std::string(9000, 'x')}},
                         .certificate = "\x1b[31m\u202e"};
  audit.done("drill", drill, {"tenant", "to", "sink"}, 400);
  EXPECT_EQ(lines(), 1);
  EXPECT_LT(written.size(), 600u);
  EXPECT_EQ(written.find('\x1b'), std::string::npos);
  EXPECT_EQ(written.find("\u202e"), std::string::npos);
  EXPECT_EQ(written.find("sink"), std::string::npos);
}

}  // namespace
}  // namespace tenantscope
