#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <new>
#include <string_view>

#include "web/access/web_login.hpp"

namespace tenantscope {
namespace {

TEST(Credentials, AreWhatAHeaderHolds) {
  const auto credentials = parse_basic("Basic bWU6cGE1NXdvcmQ=");
  ASSERT_TRUE(credentials);
  EXPECT_EQ(credentials->user, "me");
  EXPECT_EQ(credentials->password, "pa55word");
}

// A short text is held within the object.
TEST(Credentials, LeaveNoPasswordWhereTheyWere) {
  alignas(Credentials) std::array<char, sizeof(Credentials)> room{};
  auto* const credentials = new (room.data()) Credentials{"me", "pa55word"};
  const std::string_view bytes(room.data(), room.size());
  ASSERT_NE(bytes.find("pa55word"), bytes.npos);
  std::destroy_at(credentials);
  EXPECT_EQ(bytes.find("a55word"), bytes.npos);
}

}  // namespace
}  // namespace tenantscope
