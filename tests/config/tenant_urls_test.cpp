// `tenant_urls`, and the lists that were fetched from there: whole or not at all.
#include <gtest/gtest.h>

#include "config/config_findings.hpp"
#include "config/config_folder.hpp"

namespace tenantscope {
namespace {

const std::string url = "https://lists.example/a?token=secret";
const std::string configured =
    "tenants: [{name: own.example}]\ntenant_urls: [{url: \"" + url + "\", interval: 1m}]\n";

std::vector<std::string> names(const LoadedConfig& loaded) {
  std::vector<std::string> all;
  for (const TenantSettings& tenant : loaded.settings.tenants)
    all.push_back(tenant.key.name);
  return all;
}

class TenantUrls : public ::testing::Test {
 protected:
  LoadedConfig load(const std::string& list) {
    return load_config("c", {.text = configured, .lists = {{url, list}}});
  }
};

TEST_F(TenantUrls, AreReadWithTheirIntervals) {
  const LoadedConfig loaded = load_config("c", {.text = configured + "  \n"});
  EXPECT_TRUE(loaded.errors.empty());
  EXPECT_EQ(loaded.settings.tenant_urls,
            (std::vector<TenantUrl>{{.url = url, .interval = std::chrono::minutes(1)}}));
  EXPECT_EQ(names(loaded), (std::vector<std::string>{"own.example"})) << "nothing was fetched yet";
}

TEST_F(TenantUrls, HaveTheirListsAfterTheConfigurationsOwn) {
  EXPECT_EQ(names(load("[{\"name\": \"b.example\"}, {\"name\": \"A.example\"}]")),
            (std::vector<std::string>{"own.example", "b.example", "a.example"}));
  EXPECT_EQ(names(load("[]")), (std::vector<std::string>{"own.example"}));
}

TEST_F(TenantUrls, AreTakenWholeOrNotAtAll) {
  for (const std::string list :
       {"- {name: a.example}\n- {name: own.example}\n", "- {name: a.example}\n- {nam: b.example}\n",
        "- {name: a.example\n", "{}", "no list", "- {name: a.example, cloud: moon}\n", "", " \n",
        "# for later\n"}) {
    const LoadedConfig loaded = load(list);
    EXPECT_TRUE(loaded.errors.empty());
    EXPECT_EQ(names(loaded), (std::vector<std::string>{"own.example"})) << list;
    ASSERT_TRUE(loaded.refused_lists.contains(url)) << list;
    EXPECT_TRUE(
        to_string(loaded.refused_lists.at(url).front()).starts_with("https://lists.example/a:"))
        << "without its query";
  }
}

TEST_F(TenantUrls, LeaveNoNameBehindWhenTheyAreRefused) {
  const std::string two =
      "tenant_urls: [{url: \"https://one.example/\"}, {url: \"https://two.example/\"}]\n";
  const LoadedConfig loaded = load_config(
      "c", {.text = two,
            .lists = {{"https://one.example/", "- {name: a.example}\n- {name: a.example}\n"},
                      {"https://two.example/", "- {name: a.example}\n"}}});
  EXPECT_EQ(names(loaded), (std::vector<std::string>{"a.example"}));
  EXPECT_EQ(loaded.refused_lists.size(), 1u);
  const LoadedConfig broken =
      load_config("c", {.text = "tenants: [{name: own.example}]\n" + two,
                        .lists = {{"https://one.example/", "["},
                                  {"https://two.example/", "- {name: own.example}\n"}}});
  EXPECT_EQ(broken.refused_lists.size(), 2u)
      << "a list that can't be parsed forgets nobody else's names";
}

TEST_F(TenantUrls, AreRefusedWhereTheyCannotBeMeant) {
  const std::pair<std::string, std::string> table[]{
      {"tenant_urls: [{url: \"http://lists.example/\"}]\n",
       "c:1:21: `url` has to begin with https://: `lists.example` is no loopback address"},
      {"tenant_urls: [{url: \"https://a.example/x\"}, {url: \"https://a.example/x\"}]\n",
       "c:1:51: this `url` is there already, at 1:21"},
      {"tenant_urls: [{url: \"https://me:word@lists.example/\"}]\n",
       "c:1:21: `url` can't have a user or password in it"},
      {"tenant_urls: [{interval: 5m}]\n", "c:1:15: a tenant URL needs a `url`"},
      {"tenant_urls: [{url: \"https://a.example/x\", interval: 10ms}]\n",
       "c:1:54: `interval` has to be 1s at least"},
      {"tenant_urls: [{url: \"https://a.example/x\", every: 5m}]\n",
       "c:1:44: unknown key `every`; the keys here are: url, interval, proxy_url, "
       "proxy_basic_auth, no_proxy, proxy_from_environment, tls_config, basic_auth, authorization, "
       "oauth2, http_headers"},
      {"tenant_urls: https://a.example/x\n",
       "c:1:14: `tenant_urls` has to be a list, not a single value"},
  };
  for (const auto& [text, finding] : table) {
    const LoadedConfig loaded = load_config("c", {.text = text});
    ASSERT_EQ(loaded.errors.size(), 1u) << text;
    EXPECT_EQ(to_string(loaded.errors[0]), finding);
  }
}

}  // namespace
}  // namespace tenantscope
