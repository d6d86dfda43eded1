#include "base/rare.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tenantscope {
namespace {

TEST(Rare, IsAValue) {
  Rare<std::string> one = "a";
  const Rare<std::string> copy = one;
  *one = "b";
  EXPECT_EQ(*copy, "a");
  EXPECT_NE(one, copy);
  one = copy;
  EXPECT_EQ(one, copy);
  EXPECT_EQ(one->size(), 1u);
}

TEST(Rare, MayBeNothing) {
  Rare<std::string> nothing;
  EXPECT_FALSE(nothing);
  EXPECT_EQ(nothing, Rare<std::string>());
  EXPECT_NE(nothing, Rare<std::string>("a"));
  nothing = "a";
  EXPECT_TRUE(nothing.has_value());
  nothing.reset();
  EXPECT_FALSE(nothing);
  EXPECT_EQ(sizeof nothing, sizeof(void*));
}

}  // namespace
}  // namespace tenantscope
