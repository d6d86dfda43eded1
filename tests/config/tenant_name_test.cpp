#include "config/tenant_name.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tenantscope {
namespace {

struct Case {
  std::string text;
  std::string expected;  // the name, or a piece of the message
};

TEST(TenantName, IsMadeCanonical) {
  const std::vector<Case> cases{
      {"contoso.com", "contoso.com"},
      {"Agency.OnMicrosoft.US", "agency.onmicrosoft.us"},
      {"a-b.c--d.ab--cd.example", "a-b.c--d.ab--cd.example"},
      {"Bücher.example", "xn--bcher-kva.example"},
      {"BÜCHER.example", "xn--bcher-kva.example"},
      {"Bu\u0308cher.example", "xn--bcher-kva.example"},  // u and a combining diaeresis
      {"straße.example", "xn--strae-oqa.example"},        // not "strasse"
      {"日本語.jp", "xn--wgv71a119e.jp"},
      {"ｃｏｎｔｏｓｏ．ｃｏｍ", "contoso.com"},
      {"contoso。com", "contoso.com"},
      {"XN--BCHER-KVA.example", "xn--bcher-kva.example"},
      {"F8CDEF31-A31E-4B4A-93E4-5F571E91255A", "f8cdef31-a31e-4b4a-93e4-5f571e91255a"},
      {std::string(63, 'a') + ".example", std::string(63, 'a') + ".example"},
      {"contoso.example.", "contoso.example"},
      {"Bücher.example.", "xn--bcher-kva.example"},
      {"contoso.example。", "contoso.example"},  // an ideographic full stop
      {"F8CDEF31-A31E-4B4A-93E4-5F571E91255A.", "f8cdef31-a31e-4b4a-93e4-5f571e91255a"},
  };
  for (const auto& [text, expected] : cases) {
    const Result<std::string> name = read_tenant_name(text);
    ASSERT_TRUE(name) << text << ": " << name.error().detail;
    EXPECT_EQ(*name, expected) << text;
  }
}

TEST(TenantName, IsRefusedWithTheReason) {
  const std::vector<Case> cases{
      {"", "empty"},
      {"contoso", "neither a GUID nor a domain"},
      {"common", "a pseudo tenant"},
      {"Organizations", "a pseudo tenant"},
      {"ｃｏｎｓｕｍｅｒｓ", "a pseudo tenant"},
      {"9188040D-6C67-4C5B-B112-36A304B66DAD", "a pseudo tenant"},
      {"https://contoso.com", "there is a `:` in it"},
      {"contoso.com/", "there is a `/` in it"},
      {"contoso.com\\", "there is a `\\` in it"},
      {"contoso.com:443", "there is a `:` in it"},
      {"con%74oso.com", "there is a `%` in it"},
      {"{f8cdef31-a31e-4b4a-93e4-5f571e91255a}", "there is a `{` in it"},
      {"*.contoso.com", "there is a `*` in it"},
      {"user@contoso.com", "there is a `@` in it"},
      {"contoso .com", "there is a space in it"},
      {" contoso.com", "there is a space in it"},
      {"contoso.com\n", "there is a control character in it"},
      {std::string("contoso\0.com", 12), "there is a control character in it"},
      {"contoso\u00a0.com", "a domain is made of letters"},
      {"a_b.example", "a domain is made of letters"},
      {".contoso.com", "no empty labels"},
      {"contoso..com", "no empty labels"},
      {"contoso.com..", "no empty labels"},
      {".", "no empty labels"},
      {"..", "no empty labels"},
      {"contoso.", "neither a GUID nor a domain"},
      {"common.", "a pseudo tenant"},
      {"192.0.2.1.", "an address, not a domain"},
      {"-a.example", "begins or ends with a hyphen"},
      {"192.0.2.1", "an address, not a domain"},
      {std::string(64, 'a') + ".example", "longer than 63 characters"},
      {"xn--zzzz99999999.example", "not an international domain name"},
      {"xn--a.example", "not an international domain name"},
      {"\xff\xfe.example", "not an international domain name"},
      {std::string(5000, 'x') + ".ü", "longer than 4096 bytes"},
  };
  for (const auto& [text, expected] : cases) {
    const Result<std::string> name = read_tenant_name(text);
    ASSERT_FALSE(name) << text;
    EXPECT_NE(name.error().detail.find(expected), std::string::npos) << name.error().detail;
  }
}

TEST(AsciiName, LeavesAsciiAloneButForTheLetterCase) {
  EXPECT_EQ(*to_ascii_name("Some_Host.Example"), "some_host.example");
  EXPECT_EQ(*to_ascii_name(""), "");
  EXPECT_FALSE(to_ascii_name("xn--a.example"));
  EXPECT_FALSE(to_ascii_name(std::string("ü\0.example", 11)));
}

}  // namespace
}  // namespace tenantscope
