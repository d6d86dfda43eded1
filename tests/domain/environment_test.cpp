#include "domain/environment.hpp"

#include <gtest/gtest.h>

#include <set>

#include "domain/documents.hpp"

namespace tenantscope {
namespace {

using documents::found;

TEST(Environment, FollowsFromCloudScopeAndSubScope) {
  const struct {
    const char* cloud;
    const char* scope;
    const char* sub_scope;
    Environment environment;
  } cases[] = {
      {"global", "NA", "", Environment::commercial},
      {"global", "QQ", "", Environment::commercial},
      {"global", "NA", "GCC", Environment::gcc},
      {"global", "NA", " gcc ", Environment::gcc},
      {"global", "", "GCC", Environment::gcc},
      {"global", "", "", Environment::unknown},
      {"global", "NA", "DODCON", Environment::unknown},
      {"global", "USG", "", Environment::azure_government},
      {"usgov", "USGov", "DODCON", Environment::gcc_high},
      {"usgov", "USGov", "dodcon", Environment::gcc_high},
      {"usgov", "USGov", "DOD", Environment::dod},
      {"usgov", "USG", "", Environment::azure_government},
      {"usgov", "XX", "", Environment::azure_government},
      {"usgov", "USGov", "GCC", Environment::unknown},
      {"china", "AS", "", Environment::china},
      {"china", "AS", "GCC", Environment::china},
      {"germany", "DE", "", Environment::germany},
      {"bleu", "FG", "", Environment::bleu},
      {"delos", "GG2", "", Environment::delos},
      {"govsg", "", "", Environment::govsg},
      {"usnat", "", "", Environment::usnat},
      {"ussec", "", "", Environment::ussec},
      {"rehearsal", "NA", "", Environment::unknown},
      {"gcc", "NA", "", Environment::unknown},
      {"", "NA", "", Environment::unknown},
  };
  for (const auto& c : cases) {
    const Finding finding = found(c.cloud, c.scope, c.sub_scope);
    EXPECT_EQ(to_string(environment_of(&finding)), to_string(c.environment))
        << c.cloud << " " << c.scope << " " << c.sub_scope;
  }
}

TEST(Environment, IsUnknownWithoutADocument) {
  const Finding none{};
  EXPECT_EQ(environment_of(&none), Environment::unknown);
  EXPECT_EQ(environment_of(nullptr), Environment::unknown);
}

TEST(Environment, HasAKeyATitleAndASentence) {
  std::set<std::string_view> keys, titles;
  for (const Environment environment : environments) {
    EXPECT_TRUE(keys.insert(to_string(environment)).second) << to_string(environment);
    EXPECT_TRUE(titles.insert(title(environment)).second) << title(environment);
    EXPECT_EQ(sentence(environment).back(), '.');
  }
  EXPECT_EQ(to_string(Environment::gcc_high), "gcc_high");
  EXPECT_EQ(title(Environment::gcc_high), "GCC High");
  EXPECT_EQ(to_string(environments.back()), "unknown");
}

}  // namespace
}  // namespace tenantscope
