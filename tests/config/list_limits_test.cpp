// How much is said of a configuration and its lists, how much of them is taken, and when their
// reading ends.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "config/config_folder.hpp"
#include "config/large_texts.hpp"
#include "config/yaml_tree.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

constexpr Duration deadline = 60s;  // many times what it takes

TEST(Findings, AreTwentyOfAFileAndHowManyMore) {
  const auto load = [](std::size_t wrong) {
    return messages(load_config("c", {.text = numbered(wrong, "k", ": 0\n", "")}).errors);
  };
  EXPECT_EQ(load(20).size(), 20u);
  EXPECT_TRUE(load(20).back().starts_with("c:20:1: unknown key `k19`"));
  ASSERT_EQ(load(33).size(), 21u);
  EXPECT_EQ(load(33).back(), "c:21:1: and 13 more");
}

TEST(Findings, EndTheReadingOfAList) {
  const ConfigFolder folder("tenant_files: [a.yaml, b.yaml]\ncolour: red\n");
  folder.write("a.yaml", repeated("- {}\n", 1000));
  folder.write("b.yaml", "- {name: b.example}\n- {nam: c.example}\n");
  const std::vector<std::string> errors = folder.errors();
  ASSERT_EQ(errors.size(), 24u);
  EXPECT_EQ(errors[19], "a.yaml:20:3: a tenant needs a `name`");
  EXPECT_EQ(errors[20], "a.yaml:21:3: and 1 more; reading ended here");
  EXPECT_EQ(errors[21], "b.yaml:2:3: a tenant needs a `name`");
}

TEST(Findings, AreNotManyMoreThanTwoHundredOfAllFiles) {
  const ConfigFolder folder("tenant_files: [\"*.yaml\"]\n");
  for (int i = 100; i < 150; ++i)
    folder.write(fmt::format("{}.yaml", i), repeated("- {}\n", 1000));
  const std::vector<std::string> errors = folder.errors();
  EXPECT_EQ(errors.size(), 10 * 21u + 1);
  EXPECT_TRUE(errors.back().starts_with("c:1:15: the tenant files from `")) << errors.back();
}

TEST(Maps, HaveSixtyFourKeysAtMost) {
  const auto labels = [](std::size_t count) {
    return messages(
        load_config("c", {.text = numbered(count, "l", ": x, ",
                                           "tenants:\n- name: a.example\n  labels: {", "}\n")})
            .errors);
  };
  EXPECT_EQ(labels(64), std::vector<std::string>{});
  EXPECT_EQ(labels(65), std::vector<std::string>{
                            "c:3:514: over 64 keys in one map, the most that a map may have"});
}

std::string tenants(std::size_t count, const std::string& begin = "") {
  return numbered(count, "- {name: t", ".example}\n", begin);
}

TEST(Ceiling, OfTenantsInOneList) {
  const ConfigFolder folder(
      "limits: {tenants_per_list: 3}\ntenant_files: [a.yaml, b.yaml, c.json]\n" +
      tenants(3, "tenants:\n"));
  folder.write("a.yaml", tenants(3, "- {name: a.example}\n"));
  folder.write("b.yaml", "- {name: b.example}\n- {name: c.example}\n- {name: d.example}\n");
  folder.write("c.json", R"([{"name": "1.example"}, {"name": "2.example"}, {"name": "3.example"},
{"name": "4.example"}, {}])");
  const std::string full =
      "over 3 tenants in one list: raise `limits.tenants_per_list`, or split the list";
  const std::vector<std::string> errors = folder.errors();
  ASSERT_EQ(errors.size(), 4u);
  EXPECT_EQ(errors[2], "a.yaml:4:3: " + full);
  EXPECT_EQ(errors[3], "c.json:2:1: " + full);
}

TEST(Ceiling, OfTenantsInAll) {
  const std::string url = "https://lists.example/a";
  const std::string config =
      tenants(3, "limits: {tenants: 5}\ntenant_urls: [{url: \"" + url + "\"}]\ntenants:\n");
  const auto load = [&](const std::string& list, const std::string& more = "") {
    return load_config("c", {.text = config + more, .lists = {{url, list}}});
  };
  EXPECT_EQ(load("- {name: a.example}\n- {name: b.example}\n").settings.tenants.size(), 5u);
  const LoadedConfig over = load("- {name: a.example}\n- {name: b.example}\n- {name: c.example}\n");
  EXPECT_TRUE(over.errors.empty()) << "the list is refused, not the configuration";
  EXPECT_EQ(over.settings.tenants.size(), 3u);
  EXPECT_EQ(messages(over.refused_lists.at(url)),
            std::vector<std::string>{"https://lists.example/a:3:3: over 5 tenants in all: raise "
                                     "`limits.tenants`, or leave some out"});
  EXPECT_EQ(messages(load("[]",
                          "collaborations: [{name: x, hosts: [a.example, b.example, "
                          "c.example], guests: [d.example]}]\n")
                         .errors),
            std::vector<std::string>{"c:7:17: over 5 tenants in all with the members of these: "
                                     "raise `limits.tenants`, or leave some out"});
}

TEST(Ceiling, IsTwoHundredThousandByDefault) {
  const LoadedConfig loaded = load_config("c", {.text = "{}"});
  EXPECT_EQ(loaded.settings.limits, (TenantLimits{200'000, 200'000}));
  EXPECT_EQ(
      load_config("c", {.text = "limits: {tenants: 250000, tenants_per_list: 7}"}).settings.limits,
      (TenantLimits{250'000, 7}));
}

// They are more than are kept while the clouds after them are read.
TEST(OwnTenants, AreReadAsFewAreHoweverManyTheyAre) {
  const std::string after =
      "- {name: b.example, cloud: moon}\n- {nam: c.example}\n"
      "- {name: t7.example}\nclouds: {own: {authority: \"https://a.example\"}}\n";
  const std::string text = numbered(110'000, "- {name: t", ".example, cloud: own}\n", "tenants:\n");
  const LoadedConfig loaded = load_config("c", {.text = text + "- {name: a.example}\n" + after});
  EXPECT_EQ(loaded.settings.tenants.size(), 110'004u);
  EXPECT_EQ(loaded.settings.tenants[109'999].key, (TenantKey{"own", "t109999.example"}));
  const std::vector<std::string> errors = messages(loaded.errors);
  ASSERT_EQ(errors.size(), 3u);
  EXPECT_TRUE(errors[0].starts_with("c:110003:28: unknown cloud `moon`")) << errors[0];
  EXPECT_EQ(errors[1], "c:110004:3: a tenant needs a `name`");
  EXPECT_TRUE(errors[2].starts_with("c:110004:4: unknown key `nam`")) << errors[2];
}

TEST(Yaml, MayHaveAnyNumberOfCommentsAndBlanksInAPiece) {
  const std::string comments = repeated("# - {name: a.example}\n\n   # b\n      ", mib);
  const LoadedConfig loaded =
      load_config("c", {.text = "tenants:\n" + comments + "\n- {name: a.example}\n"});
  EXPECT_EQ(messages(loaded.errors), std::vector<std::string>{});
  EXPECT_EQ(loaded.settings.tenants.size(), 1u);
}

TEST(Reading, EndsWhereItIsCancelled) {
  const std::string url = "https://lists.example/a";
  const std::string good_yaml = tenants(150'000);
  const std::string good_json = numbered(150'000, "{\"name\": \"t", ".example\"},", "[", "{}]");
  for (const std::string& list : {good_yaml, good_json}) {
    for (const bool own : {false, true}) {
      int asked = 0;
      const int last = 40;
      ConfigSources sources{
          .text = own ? list.front() == '-' ? "tenants:\n" + list : "{\"tenants\": " + list + "}"
                      : "tenant_urls: [{url: \"" + url + "\"}]",
          .cancelled = [&] { return ++asked > last; }};
      if (!own)
        sources.lists = {{url, list}};
      const LoadedConfig loaded = load_config("c", sources);
      EXPECT_EQ(messages(loaded.errors).front(), "c:1:1: reading was cancelled");
      EXPECT_LT(asked, last + 20) << "nothing is read any more";
    }
  }
}

// Also where no item comes by.
TEST(Reading, EndsWhereItIsCancelledBetweenItems) {
  for (const std::string& text : {repeated("- a\n", mib), repeated("\"a\",", mib, "[", "\"a\"]")}) {
    for (const int last : {0, 10, 20, 40}) {
      int asked = 0;
      std::vector<ConfigFinding> all;
      FileFindings findings("c", all, [&] { return ++asked > last; });
      EXPECT_EQ(parse_yaml(text, findings).kind, YamlNode::Kind::null) << last;
      EXPECT_TRUE(all.empty());
      EXPECT_EQ(asked, last + 1);
    }
  }
}

TEST(Input, ThatIsNoFileIsAFinding) {
  const ConfigFolder folder(
      "tenant_files: [/dev/zero]\nclouds: {global: {ca_file: fifo}}\n"
      "events: {sinks: [{name: w, webhook: {url: \"https://w.example\", bearer_token_file: "
      "/dev/zero}}]}\n");
  ASSERT_EQ(::mkfifo(folder.path("fifo").c_str(), 0600), 0);
  const auto begin = steady_now();
  const std::vector<std::string> errors = folder.errors();
  const std::string device = "it is a device; it has to be a file, or a pipe with an end";
  ASSERT_EQ(errors.size(), 3u);
  EXPECT_EQ(errors[0], "/dev/zero:1:1: the file can't be read: " + device);
  EXPECT_EQ(errors[1],
            "c:2:28: `ca_file` `fifo` is a pipe; it has to be a file, because it is "
            "read anew as connections need it");
  EXPECT_TRUE(errors[2].ends_with("/dev/zero: the secret can't be read: " + device)) << errors[2];
  EXPECT_EQ(messages(load_config(folder.path("fifo")).errors),
            std::vector<std::string>{folder.path("fifo").native() +
                                     ":1:1: the file can't be read: it is a pipe that nobody wrote "
                                     "to within 3s"});
  EXPECT_LT(steady_now() - begin, deadline);
}

}  // namespace
}  // namespace tenantscope
