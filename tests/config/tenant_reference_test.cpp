#include "config/tenant_reference.hpp"

#include <gtest/gtest.h>

namespace tenantscope {
namespace {

TEST(TenantReference, IsANameWithOrWithoutACloud) {
  const struct {
    const char* text;
    const char* name;
    const char* cloud;  // nullptr: not said
    const char* shown;
  } cases[] = {
      {"contoso.example", "contoso.example", nullptr, "contoso.example"},
      {"Contoso.Example@usgov", "contoso.example", "usgov", "contoso.example@usgov"},
      {"B\xc3\xbc"
       "cher.example@china",
       "xn--bcher-kva.example", "china", "xn--bcher-kva.example@china"},
      {"5E0C1A7B-3F64-4D2A-9B1E-0A1B2C3D4E5F@global", "5e0c1a7b-3f64-4d2a-9b1e-0a1b2c3d4e5f",
       "global", "5e0c1a7b-3f64-4d2a-9b1e-0a1b2c3d4e5f@global"},
      {"contoso.example@nowhere", "contoso.example", "nowhere", "contoso.example@nowhere"},
  };
  for (const auto& c : cases) {
    const auto reference = parse_tenant_reference(c.text);
    ASSERT_TRUE(reference) << c.text << ": " << reference.error().detail;
    EXPECT_EQ(reference->name, c.name);
    EXPECT_EQ(reference->cloud, c.cloud ? std::optional<std::string>(c.cloud) : std::nullopt);
    EXPECT_EQ(reference->shown(), c.shown);
  }
}

TEST(TenantReference, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"contoso.example@", "`contoso.example@`: no cloud after the @"},
      {"@usgov", "`` can't be a tenant"},
      {"", "`` can't be a tenant"},
      {"a b.example@usgov", "`a b.example` can't be a tenant: there is a space in it"},
      {"common@usgov", "`common` can't be a tenant"},
      {"a@b.example@usgov", "`a@b.example` can't be a tenant: there is an `@` in it"},
  };
  for (const auto& [text, error] : cases) {
    const auto reference = parse_tenant_reference(text);
    ASSERT_FALSE(reference) << text;
    EXPECT_NE(reference.error().detail.find(error), std::string::npos) << reference.error().detail;
  }
}

}  // namespace
}  // namespace tenantscope
