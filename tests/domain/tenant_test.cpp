#include "domain/tenant.hpp"

#include <gtest/gtest.h>

namespace tenantscope {
namespace {

TEST(TenantName, IsADomainOrAGuid) {
  const std::string longest_label(63, 'a');
  const std::string longest = longest_label + "." + longest_label + "." + longest_label + "." +
                              std::string(57, 'b') + ".com";
  ASSERT_EQ(longest.size(), 253u);
  for (const std::string& name :
       {std::string("contoso.com"), std::string("agency.onmicrosoft.us"), std::string("a.b"),
        std::string("1.com"), std::string("x-1.example"), std::string("xn--bcher-kva.example"),
        std::string("example.xn--p1ai"), std::string("a--b.example"), longest,
        std::string("00000000-0000-0000-0000-00000000000a"),
        std::string("f8cdef31-a31e-4b4a-93e4-5f571e91255a")})
    EXPECT_EQ(refuse_tenant_name(name), std::nullopt) << name << ": " << *refuse_tenant_name(name);
}

TEST(TenantName, IsRefusedWithAReason) {
  struct Case {
    std::string name;
    const char* reason;
  };
  const Case cases[] = {
      {"common", "pseudo tenant"},
      {"organizations", "pseudo tenant"},
      {"consumers", "pseudo tenant"},
      {"9188040d-6c67-4c5b-b112-36a304b66dad", "pseudo tenant"},
      {"", "empty"},
      {"contoso", "neither a GUID nor a domain"},
      {"00000000-0000-0000-0000-00000000000", "neither a GUID nor a domain"},
      {".", "empty label"},
      {".com", "empty label"},
      {"contoso.com.", "empty label"},
      {"contoso..com", "empty label"},
      {"-a.com", "hyphen"},
      {"a-.com", "hyphen"},
      {"con_toso.com", "letters, digits, hyphens and dots"},
      {"con toso.com", "letters, digits, hyphens and dots"},
      {"contoso.com/x", "letters, digits, hyphens and dots"},
      {"contoso.com?x=1", "letters, digits, hyphens and dots"},
      {"contoso.com#x", "letters, digits, hyphens and dots"},
      {"..%2fcommon.com", "empty label"},
      {"a%2fcommon.com", "letters, digits, hyphens and dots"},
      {"user@contoso.com", "letters, digits, hyphens and dots"},
      {"contoso.com\n", "letters, digits, hyphens and dots"},
      {std::string("contoso.com\0", 12), "letters, digits, hyphens and dots"},
      {"b\xC3\xBC"
       "cher.example",
       "letters, digits, hyphens and dots"},
      {"{00000000-0000-0000-0000-00000000000a}", "letters, digits, hyphens and dots"},
      {"127.0.0.1", "an address"},
      {"contoso.1", "an address"},
      {std::string(64, 'a') + ".com", "longer than 63"},
      {std::string(250, 'a') + ".com", "longer than 253"},
  };
  for (const Case& c : cases) {
    const auto refusal = refuse_tenant_name(c.name);
    ASSERT_TRUE(refusal) << c.name;
    EXPECT_NE(refusal->find(c.reason), std::string::npos) << c.name << ": " << *refusal;
  }
}

TEST(TenantKey, OneNameAskedInTwoCloudsIsTwoTenants) {
  const TenantKey at_global{"global", "21vianet.com"};
  const TenantKey at_china{"china", "21vianet.com"};
  EXPECT_NE(at_global, at_china);
  EXPECT_EQ(at_global, (TenantKey{"global", "21vianet.com"}));
  EXPECT_EQ(to_string(at_china), "21vianet.com@china");
}

}  // namespace
}  // namespace tenantscope
