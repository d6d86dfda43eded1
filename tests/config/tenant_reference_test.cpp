#include "config/tenant_reference.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace tenantscope {
namespace {

constexpr auto email = TenantReference::Form::email;
constexpr auto url = TenantReference::Form::url;

TEST(TenantReference, IsANameWithOrWithoutACloud) {
  const struct {
    const char* text;
    const char* name;
    const char* cloud;  // nullptr: not said
    const char* shown;
    TenantReference::Form form = TenantReference::Form::name;
  } cases[] = {
      {"contoso.example", "contoso.example", nullptr, "contoso.example"},
      {"Contoso.Example@usgov", "contoso.example", "usgov", "contoso.example@usgov"},
      {"B\xc3\xbc"
       "cher.example@china",
       "xn--bcher-kva.example", "china", "xn--bcher-kva.example@china"},
      {"5E0C1A7B-3F64-4D2A-9B1E-0A1B2C3D4E5F@global", "5e0c1a7b-3f64-4d2a-9b1e-0a1b2c3d4e5f",
       "global", "5e0c1a7b-3f64-4d2a-9b1e-0a1b2c3d4e5f@global"},
      {"contoso.example@nowhere", "contoso.example", "nowhere", "contoso.example@nowhere"},
      {"Contoso.Example.@usgov", "contoso.example", "usgov", "contoso.example@usgov"},
      {"anna.smith@Contoso.Example", "contoso.example", nullptr, "contoso.example", email},
      {"anna@contoso.example.", "contoso.example", nullptr, "contoso.example", email},
      {"anna@b\u00fccher.example", "xn--bcher-kva.example", nullptr, "xn--bcher-kva.example",
       email},
      {"anna@contoso.example@usgov", "contoso.example", "usgov", "contoso.example@usgov", email},
      {"mailto:anna@contoso.example", "contoso.example", nullptr, "contoso.example", email},
      {"Smith, Anna <anna@contoso.example>", "contoso.example", nullptr, "contoso.example", email},
      {"@contoso.example", "contoso.example", nullptr, "contoso.example", email},
      {"https://contoso.example", "contoso.example", nullptr, "contoso.example", url},
      {"HTTPS://WWW.Contoso.Example.:443/a@b.c?x=@y#z", "www.contoso.example", nullptr,
       "www.contoso.example", url},
      {"http://anna:word@contoso.example/", "contoso.example", nullptr, "contoso.example", url},
      {"https://contoso.example@usgov/", "contoso.example", "usgov", "contoso.example@usgov", url},
  };
  for (const auto& c : cases) {
    const auto reference = parse_tenant_reference(c.text);
    ASSERT_TRUE(reference) << c.text << ": " << reference.error().detail;
    EXPECT_EQ(reference->name, c.name);
    EXPECT_EQ(reference->cloud, c.cloud ? std::optional<std::string>(c.cloud) : std::nullopt);
    EXPECT_EQ(reference->shown(), c.shown);
    EXPECT_TRUE(reference->form == c.form) << c.text;
  }
}

TEST(TenantReference, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"contoso.example@", "there is no cloud after the `@`"},
      {"@usgov", "what is before `@usgov` can't be a tenant: empty"},
      {"", "`` can't be a tenant: empty"},
      {"contoso", "`contoso` can't be a tenant: neither a GUID nor a domain"},
      {"a b.example@usgov", "what is before `@usgov` can't be a tenant: there is a space in it"},
      {"common@usgov", "what is before `@usgov` can't be a tenant: a pseudo tenant"},
      {"a@b@usgov", "what is before `@usgov` can't be a tenant: there is a `@` in it"},
      {"a@common", "what is before `@common` can't be a tenant: neither"},
      {"a@b.example, c@d.example", "what ends with `@d.example` can't be a tenant: more than one"},
      {"a@b@c.example", "what ends with `@c.example` can't be a tenant: there are two `@` in it"},
      {"a@c..example", "`c..example` can't be a tenant: a domain has no empty labels"},
      {"a_b.example#EXT#@me.example", "a guest's user principal name (#EXT#) can't be a tenant"},
      {"a_b.example#ext#@me.example", "a guest's user principal name (#EXT#) can't be a tenant"},
      {"ftp://contoso.example", "a URL counts where it begins with https:// or http://"},
      {"https://[::1]/", "`[::1]` can't be a tenant: there is a `[` in it"},
      {"https://anna:word@localhost/", "what is before `@localhost` can't be a tenant"},
      {"https:///path", "`` can't be a tenant: empty"},
  };
  for (const auto& [text, error] : cases) {
    const auto reference = parse_tenant_reference(text);
    ASSERT_FALSE(reference) << text;
    EXPECT_NE(reference.error().detail.find(error), std::string::npos) << reference.error().detail;
  }
}

TEST(TenantReference, SaysNothingOfWhatStandsBeforeAnAt) {
  for (const std::string after :
       {"@contoso.example", "@contoso..example", "@common.", "@localhost", "@mars", "@usgov", "@",
        "@@x.example", "@x.example@y.example", "@x.example@mars", "@x.example, y@z.example",
        "@x.example>", "_x.example#EXT#@me.example"})
    for (const std::string before :
         {"canary", "https://canary", "https://canary:canary", "ftp://canary", "mailto:canary",
          "A <canary", "a canary", "canary,canary", "canary\n"}) {
      const auto reference = parse_tenant_reference(before + after);
      const std::string said = reference ? reference->shown() : reference.error().detail;
      EXPECT_EQ(said.find("canary"), std::string::npos) << before + after << ": " << said;
    }
}

TEST(TenantReference, OfAConfigurationIsANameAlone) {
  const std::pair<const char*, std::optional<std::string>> cases[] = {
      {"contoso.example", std::nullopt},
      {"contoso.example@usgov", std::nullopt},
      {"anna@Contoso.example",
       "an e-mail address is no tenant: write its domain, `contoso.example`"},
      {"anna@contoso.example@usgov",
       "an e-mail address is no tenant: write its domain, `contoso.example@usgov`"},
      {"https://contoso.example/", "a URL is no tenant: write its host, `contoso.example`"},
  };
  for (const auto& [text, refused] : cases)
    EXPECT_EQ(refuse_form(*parse_tenant_reference(text)), refused) << text;
}

TEST(UnknownCloud, SaysWhichThereAreAndWhatIsNear) {
  EXPECT_EQ(unknown_cloud(builtin_clouds(), "usgvo"),
            "unknown cloud `usgvo`, did you mean `usgov`?");
  EXPECT_EQ(
      unknown_cloud(builtin_clouds(), "mars"),
      "unknown cloud `mars`; the clouds are: global, usgov, china, germany, bleu, delos, govsg, "
      "usnat, ussec");
}

TEST(NameNeedle, IsOfAnAddressItsDomain) {
  EXPECT_EQ(name_needle(" Contoso "), "contoso");
  EXPECT_EQ(name_needle("Anna@Contoso.example"), "contoso.example");
  EXPECT_EQ(name_needle("contoso.example@usgov"), "contoso.example@usgov");
  EXPECT_EQ(name_needle(""), "");
}

}  // namespace
}  // namespace tenantscope
