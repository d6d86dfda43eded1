#include "base/user_group.hpp"

#include <gtest/gtest.h>

namespace tenantscope {
namespace {

TEST(UserGroup, IsFoundByNameAndByNumber) {
  EXPECT_EQ(group_named("root"), 0u);
  EXPECT_EQ(group_named("daemon"), 1u);
  EXPECT_EQ(group_named("12345"), 12345u);
}

TEST(UserGroup, IsntMadeUp) {
  for (const char* name :
       {"", "no-such-group", "12 ", "-1", "+1", "0x1", "1.0", "4294967295", "4294967296"})
    EXPECT_EQ(group_named(name), std::nullopt) << name;
}

}  // namespace
}  // namespace tenantscope
