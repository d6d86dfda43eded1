#include "domain/shard.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tenantscope {
namespace {

std::uint32_t shard_of(const TenantKey& tenant, std::uint32_t count) {
  std::uint32_t found = 0;
  for (std::uint32_t number = 1; number <= count; ++number)
    if (Shard{number, count}.has(tenant)) {
      EXPECT_EQ(found, 0u) << "in two";
      found = number;
    }
  return found;
}

TEST(Shard, IsReadStrictly) {
  EXPECT_EQ(parse_shard("1/4"), (Shard{1, 4}));
  EXPECT_EQ(parse_shard("4/4"), (Shard{4, 4}));
  EXPECT_EQ(parse_shard("1/1"), (Shard{1, 1}));
  EXPECT_EQ(parse_shard("1000/1000"), (Shard{1000, 1000}));
  for (const std::string bad :
       {"", "/", "1", "1/", "/4", "0/4", "01/4", "1/04", "5/4", "1/0", "1/1001", "-1/4", "+1/4",
        "1/4 ", " 1/4", "1/4/4", "1,4", "a/b", "1/99999999999"})
    EXPECT_EQ(parse_shard(bad), std::nullopt) << bad;
}

// These never change: who has split its targets by them would see series move.
TEST(Shard, IsTheSameInEveryVersion) {
  const std::vector<std::pair<TenantKey, std::vector<std::uint32_t>>> rows{
      {{"global", "contoso.example"}, {1, 1, 377}},
      {{"usgov", "contoso.example"}, {2, 2, 682}},
      {{"global", "72f988bf-86f1-41af-91ab-2d7cd011db47"}, {2, 4, 116}}};
  for (const auto& [tenant, shards] : rows)
    EXPECT_EQ((std::vector{shard_of(tenant, 2), shard_of(tenant, 4), shard_of(tenant, 1000)}),
              shards)
        << to_string(tenant);
}

TEST(Shard, HoldsAboutItsShare) {
  for (const std::uint32_t count : {1u, 2u, 4u, 7u}) {
    std::vector<int> tenants(count);
    for (int i = 0; i < 10'000; ++i) {
      const std::uint32_t shard =
          shard_of({"global", "tenant-" + std::to_string(i) + ".example"}, count);
      ASSERT_GE(shard, 1u);
      ++tenants[shard - 1];
    }
    for (const int number : tenants)
      EXPECT_NEAR(number, 10'000.0 / count, 300) << count;
  }
}

}  // namespace
}  // namespace tenantscope
