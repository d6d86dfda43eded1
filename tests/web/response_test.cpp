#include "web/response.hpp"

#include <gtest/gtest.h>

namespace tenantscope {
namespace {

// RFC 9110, 8.6: a length would be that of the body that 200 would have had.
TEST(WebResponseHead, OfNotModifiedSaysNoLength) {
  const WebResponse known{.status = 304, .headers = {{"ETag", "\"a\""}}};
  const std::string head = response_head(known, framing_of(known, false), true);
  EXPECT_TRUE(head.starts_with("HTTP/1.1 304 Not Modified\r\n")) << head;
  EXPECT_EQ(head.find("Content-Length"), std::string::npos) << head;
  EXPECT_NE(head.find("ETag: \"a\"\r\n"), std::string::npos) << head;
  const WebResponse empty;
  EXPECT_NE(response_head(empty, framing_of(empty, false), true).find("Content-Length: 0\r\n"),
            std::string::npos);
}

}  // namespace
}  // namespace tenantscope
