#include "base/text/url.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace tenantscope {
namespace {

TEST(WithoutUser, ShowsNothingThatStandsBeforeAnAt) {
  EXPECT_EQ(without_user("https://a.example/x"), "https://a.example/x");
  EXPECT_EQ(without_user("https://me:p@ss@a.example:1/"), "https://...@a.example:1/");
  EXPECT_EQ(without_user("me:pass@a.example"), "...@a.example");
  EXPECT_EQ(without_user("nothing"), "nothing");
}

TEST(RedirectTarget, ShowsSchemeHostAndPathOnly) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"https://login.example/a/b", "https://login.example/a/b"},
      {"HTTPS://Login.Example:8443", "HTTPS://Login.Example:8443"},
      {" https://login.example/a ", "https://login.example/a"},
      {"/elsewhere", "/elsewhere"},
      {"elsewhere/@me", "elsewhere/@me"},
      {"//login.example/@me", "//login.example/@me"},
      {"", ""},
      {"?state=secret", ""},
      {"https://login.example/a?state=secret#secret", "https://login.example/a"},
      {"https://login.example#secret?", "https://login.example"},
      {"https://user:secret@login.example/a", "https://login.example/a"},
      {"https://secret@secret@login.example", "https://login.example"},
      {"//user:secret@login.example/a", "//login.example/a"},
      {"https:user:secret@login.example/a", "https:login.example/a"},
      {"https:/user:secret@login.example/a", "https:/login.example/a"},
      {"https:///user:secret@login.example/a", "https:///login.example/a"},
      {"https:\\\\user:secret@login.example\\a", "https://login.example/a"},
      {"https://user:\tsecret@login.example/a", "https://login.example/a"},
      {"https:\t//user:secret@login.example/a", "https://login.example/a"},
      {"user:secret@login.example/a", "user:login.example/a"},
      {"secret@login.example", "login.example"},
  };
  for (const auto& [location, shown] : table)
    EXPECT_EQ(redirect_target(location), shown) << location;
}

}  // namespace
}  // namespace tenantscope
