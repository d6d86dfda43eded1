#include "base/text/slip.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace tenantscope {
namespace {

TEST(Slip, IsOfTheWordThatIsNearest) {
  constexpr std::array<std::string_view, 4> known{"status", "serve", "tenants", "tenant_files"};
  EXPECT_EQ(nearest_of("statsu", known), "status");
  EXPECT_EQ(nearest_of("STATUS", known), "status");
  EXPECT_EQ(nearest_of("tenant", known), "tenants");
  EXPECT_EQ(nearest_of("tenant-fils", known), "tenant_files");
  EXPECT_EQ(nearest_of("serve", known), "serve");
}

TEST(Slip, IsCountedByLetters) {
  EXPECT_EQ(slips_between("contoso", "contoso"), 0u);
  EXPECT_EQ(slips_between("contoso", "contsoo"), 1u) << "two in the wrong order";
  EXPECT_EQ(slips_between("contoso", "contso"), 1u);
  EXPECT_EQ(slips_between("contoso", "kontosoo"), 2u);
  EXPECT_EQ(slips_between("", "abc"), 3u);
}

TEST(Slip, OfNothingIsNoWord) {
  constexpr std::array<std::string_view, 2> known{"status", "serve"};
  EXPECT_EQ(nearest_of("explain", known), "");
  EXPECT_EQ(nearest_of("", known), "");
  EXPECT_EQ(nearest_of("status", {}), "");
  EXPECT_EQ(nearest_of(std::string(1 << 20, 's'), known), "") << "and takes no time";
}

}  // namespace
}  // namespace tenantscope
