// What of an answer goes back to the server of a list.
#include "app/reload/list_version.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tenantscope {
namespace {

FetchResponse given(const std::string& etag, const std::string& last_modified) {
  FetchResponse response{.status = 200};
  response.etag = etag;
  response.last_modified = last_modified;
  return response;
}

std::vector<std::string> asked(const ListVersion& version) {
  FetchRequest request;
  version.ask(request);
  return request.headers;
}

const FetchResponse not_modified{.status = 304};

TEST(ListVersion, GoesBackAsItCame) {
  const std::string date = "Sun, 29 Nov 2026 10:00:00 GMT";
  ListVersion version;
  version.remember(given("W/\"a, b\"", date));
  EXPECT_EQ(asked(version),
            (std::vector<std::string>{"If-None-Match: W/\"a, b\"", "If-Modified-Since: " + date}));
  EXPECT_TRUE(version.is_still(not_modified));
  EXPECT_FALSE(version.is_still(given("", "")));
  version.remember(given("", date));
  EXPECT_EQ(asked(version), std::vector<std::string>{"If-Modified-Since: " + date});
}

TEST(ListVersion, IsNothingWhereNothingWasSaidOrItIsForgotten) {
  ListVersion version;
  EXPECT_TRUE(asked(version).empty());
  EXPECT_FALSE(version.is_still(not_modified)) << "nobody has asked for that";
  version.remember(given("\"a\"", ""));
  version.forget();
  EXPECT_TRUE(asked(version).empty());
  version.remember(given("\"a\"", ""));
  version.remember(given("", ""));
  EXPECT_FALSE(version.is_still(not_modified));
}

TEST(ListVersion, BringsNoOtherHeaderAlong) {
  ListVersion version;
  version.remember(given("\"a\"\r\nCookie: b", "x\ny"));
  EXPECT_TRUE(asked(version).empty());
  version.remember(given("\"a\x7f\"", std::string("\0", 1)));
  EXPECT_TRUE(asked(version).empty());
}

}  // namespace
}  // namespace tenantscope
