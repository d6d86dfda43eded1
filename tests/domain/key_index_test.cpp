#include "domain/key_index.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "domain/settings.hpp"

namespace tenantscope {
namespace {

TenantSettings tenant(const std::string& name, const std::string& asked = "global") {
  return {.key = {.asked = asked, .name = name}};
}

TEST(KeyIndex, FindsByNameAndCloud) {
  const std::vector<TenantSettings> tenants{tenant("a"), tenant("a", "usgov"), tenant("b")};
  KeyIndex index(tenants);
  for (std::uint32_t i = 0; i < tenants.size(); ++i)
    index.insert(i);
  for (std::uint32_t i = 0; i < tenants.size(); ++i)
    EXPECT_EQ(index.find(tenants[i].key), i);
  EXPECT_FALSE(index.find({.asked = "usgov", .name = "b"}));
}

TEST(KeyIndex, KeepsTheFirstOfADouble) {
  const std::vector<TenantSettings> tenants{tenant("a"), tenant("a")};
  KeyIndex index(tenants);
  index.insert(0);
  index.insert(1);
  EXPECT_EQ(index.find(tenants[1].key), 0u);
}

TEST(KeyIndex, ForgetsTheEnd) {
  std::vector<TenantSettings> tenants{tenant("a"), tenant("b"), tenant("c")};
  KeyIndex index(tenants);
  for (std::uint32_t i = 0; i < 3; ++i)
    index.insert(i);
  index.cut(1);
  tenants.resize(1);
  EXPECT_EQ(index.find({.asked = "global", .name = "a"}), 0u);
  EXPECT_FALSE(index.find({.asked = "global", .name = "b"}));
}

}  // namespace
}  // namespace tenantscope
