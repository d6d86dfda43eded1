#include "formats/page/near_names.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace tenantscope {
namespace {

std::vector<std::string> near_to(const std::string& wanted, const std::vector<std::string>& all) {
  NearNames near(wanted);
  for (const std::string& name : all)
    near.offer({.asked = "global", .name = name});
  std::vector<std::string> names;
  for (const TenantKey& tenant : near.found())
    names.push_back(tenant.name);
  return names;
}

using Names = std::vector<std::string>;

TEST(NearNames, AreThoseThatWereMistyped) {
  const Names all{"contoso.example", "fabrikam.example", "agency.onmicrosoft.us"};
  EXPECT_EQ(near_to("contso.example", all), Names{"contoso.example"});
  EXPECT_EQ(near_to("fabirkam.example", all), Names{"fabrikam.example"});
  EXPECT_EQ(near_to("agency.onmicrosoft.com", all), Names{"agency.onmicrosoft.us"});
  EXPECT_EQ(near_to("something.else", all), Names());
  EXPECT_EQ(near_to("", all), Names());
}

TEST(NearNames, AreThoseOfTheSameOrganisation) {
  EXPECT_EQ(near_to("contoso", {"mail.contoso.example", "contoso.onmicrosoft.com", "a.example"}),
            (Names{"contoso.onmicrosoft.com", "mail.contoso.example"}));
  EXPECT_EQ(near_to("www.contoso.example", {"contoso.example"}), Names{"contoso.example"});
  EXPECT_EQ(near_to("an", {"antarctica.example"}), Names()) << "which is in too many names";
}

TEST(NearNames, AreTheNearestFew) {
  Names all;
  for (int i = 0; i < 50'000; ++i)
    all.push_back(fmt::format("t{:05}.example", i));
  const Names near = near_to("t12345.exampel", all);
  ASSERT_EQ(near.size(), NearNames::most);
  EXPECT_EQ(near.front(), "t12345.example");
}

TEST(NearNames, AreComparedLetterByLetterSoManyTimesOnly) {
  const auto found_after = [](std::size_t others) {
    NearNames near("agenzy.example");
    for (std::size_t i = 0; i < others; ++i)
      near.offer({.asked = "global", .name = "axxxxxxxx.exam"});
    near.offer({.asked = "global", .name = "agency.example"});
    return near.found().size();
  };
  EXPECT_EQ(found_after(NearNames::most_compared - 1), 1u);
  EXPECT_EQ(found_after(NearNames::most_compared), 0u);
}

}  // namespace
}  // namespace tenantscope
