#include "app/change_log.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/captured_log.hpp"

namespace tenantscope {
namespace {

class ChangeLogTest : public ::testing::Test {
 protected:
  std::string told(const Result<Finding>& finding, std::optional<ErrorKind> before,
                   bool authoritys = false) {
    testing::internal::CaptureStderr();
    change_log_.probed({"global", "a.example"}, finding, before, authoritys);
    const std::string text = captured_log(log_);
    EXPECT_LE(std::ranges::count(text, '\n'), 1);
    const auto msg = text.find("msg=");
    return msg == std::string::npos ? "" : text.substr(msg, text.size() - msg - 1);
  }

  const Log log_{LogLevel::info, LogFormat::logfmt};
  ChangeLog change_log_{log_};
  const Finding found_{.found = true};
  const Error timeout_{ErrorKind::timeout, "after 10s"};
  const Error html_{ErrorKind::not_json, "<html>"};
};

TEST_F(ChangeLogTest, TellsTheOnsetAndTheEndOfATenantsFailures) {
  EXPECT_EQ(told(found_, {}), "");
  EXPECT_EQ(told(html_, {}),
            R"(msg="probe failed" tenant=a.example asked=global reason=not_json err=<html>)");
  EXPECT_EQ(told(html_, ErrorKind::not_json), "");
  EXPECT_EQ(told(timeout_, ErrorKind::not_json),
            R"(msg="probe failed" tenant=a.example asked=global reason=timeout err="after 10s")");
  EXPECT_EQ(told(found_, ErrorKind::timeout),
            R"(msg="probe succeeds again" tenant=a.example asked=global was=timeout)");
  EXPECT_EQ(told(found_, {}), "");
}

TEST_F(ChangeLogTest, LeavesItsAuthoritysTroubleToTheAuthority) {
  EXPECT_EQ(told(timeout_, {}, true), "");
  EXPECT_EQ(told(found_, ErrorKind::timeout), "") << "no end of what was never told";
  EXPECT_EQ(told(timeout_, {}, true), "");
  EXPECT_NE(told(timeout_, ErrorKind::timeout), "")
      << "the authority is there again, the tenant still fails";
  EXPECT_EQ(told(html_, ErrorKind::timeout, true), "");
  EXPECT_NE(told(found_, ErrorKind::not_json), "");
}

}  // namespace
}  // namespace tenantscope
