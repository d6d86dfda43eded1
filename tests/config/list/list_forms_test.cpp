// Lists of tenants in each form that they may have: what is taken of them, and what is said.
#include "config/list/list_forms.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <fmt/format.h>

#include "config/config_folder.hpp"
#include "config/large_texts.hpp"

namespace tenantscope {
namespace {

const std::string list_url = "https://lists.example/a";

LoadedConfig load_list(const std::string& list, const std::string& more = "") {
  const std::string config =
      "tenants: [{name: own.example}]\nprobe: {interval: 7m}\n"
      "tenant_urls: [{url: \"" +
      list_url + "\"}]\n" + more;
  return load_config("c", {.text = config, .lists = {{list_url, list}}});
}

// What is said of the list, without its name.
std::vector<std::string> refused(const LoadedConfig& loaded) {
  std::vector<std::string> lines;
  if (const auto findings = loaded.refused_lists.find(list_url);
      findings != loaded.refused_lists.end())
    for (const ConfigFinding& finding : findings->second)
      lines.push_back(to_string(finding).substr(list_url.size() + 1));
  return lines;
}

// "NAME@CLOUD{LABEL=VALUE}" each, of the tenants beside the configuration's own.
std::string tenants_of(const LoadedConfig& loaded) {
  std::string text;
  for (const TenantSettings& tenant : loaded.settings.tenants) {
    if (tenant.key.name == "own.example")
      continue;
    std::string labels;
    for (const auto& [name, value] : tenant.labels)
      labels += fmt::format("{}{}={}", labels.empty() ? "" : ",", name, value);
    text += fmt::format("{}{}{{{}}}", text.empty() ? "" : " ", to_string(tenant.key), labels);
  }
  return text;
}

void expect_tenants(const std::string& list, const std::string& tenants) {
  const LoadedConfig loaded = load_list(list);
  EXPECT_EQ(refused(loaded), std::vector<std::string>{}) << list;
  EXPECT_EQ(tenants_of(loaded), tenants) << list;
}

// Each finding begins so.
void expect_refused(const std::string& list, const std::vector<std::string>& beginnings,
                    const std::string& more = "") {
  SCOPED_TRACE(list.substr(0, 200));
  const LoadedConfig loaded = load_list(list, more);
  EXPECT_TRUE(loaded.errors.empty());
  EXPECT_EQ(tenants_of(loaded), "") << "whole or not at all";
  const std::vector<std::string> findings = refused(loaded);
  ASSERT_EQ(findings.size(), beginnings.size()) << fmt::format("{}", fmt::join(findings, "\n"));
  for (std::size_t i = 0; i < findings.size(); ++i)
    EXPECT_TRUE(findings[i].starts_with(beginnings[i])) << findings[i];
}

TEST(TargetGroups, AreTenantsWithTheLabelsOfTheirGroup) {
  const std::string json =
      R"([{"targets": ["A.example", "b.example@usgov"],
           "labels": {"team": "identity", "__meta_datacenter": "x", "__param_module": null}},
          {"labels": {"rank": 7}, "targets": ["c.example"]},
          {"targets": ["d.example"]}, {"targets": [], "labels": null}])";
  const std::string tenants =
      "a.example@global{team=identity} b.example@usgov{team=identity} c.example@global{rank=7} "
      "d.example@global{}";
  expect_tenants(json, tenants);
  expect_tenants("\xEF\xBB\xBF" + json, tenants);
  expect_tenants(
      "# of the inventory\r\n- targets: [A.example, b.example@usgov]\r\n"
      "  labels: {team: identity, __meta_datacenter: x}\r\n"
      "- {labels: {rank: 7}, targets: [c.example]}\r\n- targets:\r\n    - d.example\r\n",
      tenants);
  expect_tenants("[]", "");
  expect_tenants(R"([{"targets": []}])", "");
  const LoadedConfig loaded = load_list(json);
  ASSERT_EQ(loaded.settings.tenants.size(), 5u);
  EXPECT_EQ(loaded.settings.tenants[1].probe, loaded.settings.tenants[0].probe)
      << "as `probe` says";
  EXPECT_EQ(&*loaded.settings.tenants[1].labels.begin(),
            &*loaded.settings.tenants[2].labels.begin())
      << "shared";
}

TEST(TargetGroups, MayHaveFarMoreTargetsThanAnItemHasValues) {
  const std::string targets = numbered(5000, "\"t", ".example\", ", "", "\"last.example\"");
  const LoadedConfig loaded = load_list("[{\"targets\": [" + targets + "]}]");
  EXPECT_EQ(refused(loaded), std::vector<std::string>{});
  EXPECT_EQ(loaded.settings.tenants.size(), 5002u);
  expect_refused("[{\"target\": [" + targets + "]}]", {"1:"});
  expect_refused(
      "[{\"targets\": [\"a.example\", \"b.example\", \"c.example\", \"d.example\", 0, 0]}]",
      {"1:54: over 3 tenants in one list: raise `limits.tenants_per_list`, or split the list"},
      "limits: {tenants_per_list: 3}\n");
  expect_refused(
      R"([{"targets": ["a.example", "b.example"]}, {"targets": ["c.example", "d.example"]}])",
      {"1:69: over 3 tenants in one list"}, "limits: {tenants_per_list: 3}\n");
}

TEST(TargetGroups, AreRefusedWhereTheyAreWrong) {
  const auto labels = [](const std::string& text) {
    return "[{\"targets\": [\"a.example\"], \"labels\": " + text + "}]";
  };
  const auto target = [](const std::string& text) { return "[{\"targets\": [" + text + "]}]"; };
  expect_refused(R"([{"targets": "a.example"}])",
                 {"1:14: `targets` has to be a list, not a single value"});
  expect_refused(R"([{"targets": null}])", {"1:3: `targets` has to be a list, but is empty"});
  expect_refused(target("null"), {"1:15: a target has to be a text, not nothing"});
  expect_refused(target("[\"a.example\"]"), {"1:15: a target has to be a text, not a list"});
  expect_refused(target("7"), {"1:15: `7` can't be a tenant: "});
  expect_refused(target("\"\""), {"1:15: `` can't be a tenant: empty"});
  expect_refused(target("\"a.example:443\""),
                 {"1:15: `a.example:443` can't be a tenant: there is a `:` in it"});
  expect_refused(target("\"x@a.example\""),
                 {"1:15: an e-mail address is no tenant: write its domain, `a.example`"});
  expect_refused(target("\"https://a.example/\""),
                 {"1:15: a URL is no tenant: write its host, `a.example`"});
  expect_refused(target("\"a.example@moon\""), {"1:15: unknown cloud `moon`"});
  expect_refused(
      target("\"a.example\", \"A.example\""),
      {"1:28: `a.example` is there already in the cloud `global`, at " + list_url + ":1:15"});
  expect_refused(target("\"own.example\""), {"1:15: `own.example` is there already"});
  expect_refused(labels("[\"x\"]"), {"1:39: `labels` has to be a map, not a list"});
  expect_refused(labels("{\"team\": [\"x\"]}"), {"1:48: a label's value has to be a text"});
  expect_refused(labels("{\"job\": \"x\"}"), {"1:40: the label name `job` is reserved"});
  expect_refused(labels("{\"a-b\": \"x\"}"), {"1:40: a label can't be named `a-b`"});
  expect_refused(R"([{"targets": [], "source": "x"}])",
                 {"1:18: unknown key `source`; the keys here are: targets, labels"});
  expect_refused(R"([{"targets": []}, {"name": "a.example"}])",
                 {"1:19: a target group needs a list `targets`", "1:20: unknown key `name`"});
  expect_refused(R"([{"name": "a.example"}, {"targets": []}])",
                 {"1:25: a tenant needs a `name`", "1:26: unknown key `targets`"});
  expect_refused(R"([{"targets": []}, 7])",
                 {"1:19: a target group has to be a map, not a single value"});
  expect_refused(R"({"targets": ["a.example"]})", {"1:1: a list of tenants has to be a list"});
  expect_refused(R"([{"targets": ["a.example"])", {"1:"});
}

TEST(TargetGroups, HaveTheBoundsOfOtherLists) {
  const std::vector<std::string> findings =
      refused(load_list("[{\"targets\": [" + numbered(30, "\"t", "\", ", "", "\"t\"") + "]}]"));
  ASSERT_EQ(findings.size(), 21u);
  EXPECT_EQ(findings.back().substr(findings.back().find(' ')), " and 1 more; reading ended here");
  expect_refused(
      "[{\"targets\": [], \"labels\": {" + numbered(64, "\"l", "\": \"\", ", "") + "\"l\": \"\"}}]",
      {"1:"});
}

TEST(TargetGroups, LeaveLabelsThatAreNamedAsFieldsOfOursOut) {
  const LoadedConfig loaded = load_list(
      R"([{"targets": ["a.example"], "labels": {"severity": "x", "team": "y"}},
{"targets": ["b.example"], "labels": {"severity": "x"}}])");
  EXPECT_EQ(tenants_of(loaded), "a.example@global{team=y} b.example@global{}");
  ASSERT_EQ(loaded.warnings.size(), 1u);
  EXPECT_TRUE(to_string(loaded.warnings[0])
                  .starts_with(list_url + ":1:40: the label `severity` is left out (and so at 1 "
                                          "more): a field of tenantscope's own"))
      << to_string(loaded.warnings[0]);
}

TEST(Tables, AreNamesAsTheImporterTakesThem) {
  const std::string table =
      "Firma;Domain\r\nContoso GmbH;Contoso.example\r\n\r\nFabrikam;b.example@usgov\r\n";
  const std::string tenants = "contoso.example@global{} b.example@usgov{}";
  expect_tenants(table, tenants);
  expect_tenants("\xEF\xBB\xBF" + table, tenants);
  expect_tenants("sep=;\n" + table, tenants);
  expect_tenants("# of the inventory\n\n" + table, tenants);
  std::string utf16 = "\xFF\xFE";
  for (const char c : table)
    utf16 += {c, '\0'};
  expect_tenants(utf16, tenants);
  expect_tenants("contoso.example\nb.example@usgov\n", tenants);
  expect_tenants("contoso.example, b.example@usgov", tenants);
  expect_tenants("mail\nanna@contoso.example\nbert@contoso.example\nc@b.example\n",
                 "contoso.example@global{} b.example@global{}");
  expect_tenants("https://a.example/x\nA.example\na.example@usgov\n",
                 "a.example@global{} a.example@usgov{}");
}

TEST(Tables, AreRefusedWhereTheyAreWrong) {
  expect_refused("domain\n", {"1:1: the list has a header, but no names; write [] for none"});
  expect_refused("domain\na.example\nno name\nno other\n",
                 {"3:1: `no name` can't be a tenant: there is a space in it (and so in 1 more)"});
  expect_refused("domain\na.example\nb.example@moon\n", {"3:1: unknown cloud `moon`"});
  expect_refused("a.example,b.example\nc.example,d.example\n",
                 {"1:1: it isn't plain which column has the names: head the one with the names "
                  "`domain`; the columns are 1, 2"});
  expect_refused("domain\na.example\n\"b.example\n", {"3:1: "});
  expect_refused("own.example\na.example\n", {"1:1: `own.example` is there already"});
  expect_refused("domain\na.example\nb.example\nb.example\nc.example\nd.example\n",
                 {"6:1: over 3 tenants in one list: raise `limits.tenants_per_list`"},
                 "limits: {tenants_per_list: 3}\n");
}

TEST(Lists, ThatAreNoneAreRefused) {
  const std::string no_list = "1:1: a list of tenants has to be a list like `tenants`, of ";
  const std::string empty =
      "1:1: the list is empty, or has nothing but comments; write [] for none";
  expect_refused("<!DOCTYPE html><title>a.example</title>",
                 {"1:1: no list: it is an HTML page, such as a sign-in page in place of a list"});
  expect_refused("\n <html><body>\na.example\n</body></html>", {"1:1: no list: it is an HTML"});
  expect_refused(std::string("PK\x03\x04\0\0", 6), {"1:1: no list: it is an Excel workbook"});
  expect_refused("Unauthorized", {no_list});
  expect_refused("name: a.example\n", {no_list});
  expect_refused("{\"error\": \"a.example\"}", {no_list});
  expect_refused("\"no list\"", {no_list});
  expect_refused("", {empty});
  expect_refused("\xEF\xBB\xBF", {empty});
  expect_refused("\r\n\r\n", {empty});
  expect_refused("# a.example\r\n", {empty});
}

TEST(Lists, InFilesHaveTheSameForms) {
  const ConfigFolder folder("tenant_files: [t.d/*]\n");
  folder.write("t.d/a.csv", "Domain,Owner\r\na.example,x\r\n");
  folder.write("t.d/b.json", R"([{"targets": ["b.example"], "labels": {"team": "x"}}])");
  folder.write("t.d/c.yaml", "- {name: c.example}\n");
  folder.write("t.d/d", "d.example\n");
  const LoadedConfig loaded = folder.load();
  EXPECT_EQ(folder.shown(loaded.errors), std::vector<std::string>{});
  EXPECT_EQ(tenants_of(loaded),
            "a.example@global{} b.example@global{team=x} c.example@global{} d.example@global{}");
  folder.write("t.d/d", "a.example\n");
  EXPECT_EQ(folder.errors(),
            std::vector<std::string>{"t.d/d:1:1: `a.example` is there already in the cloud "
                                     "`global`, at t.d/a.csv:2:1"});
}

TEST(Lists, AreReadNoFurtherWhereTheyAreCancelled) {
  const std::string table = numbered(20'000, "t", ".example\n", "domain\n");
  int asked = 0;
  const LoadedConfig loaded =
      load_config("c", {.text = "tenant_urls: [{url: \"" + list_url + "\"}]",
                        .lists = {{list_url, table}},
                        .cancelled = [&] { return ++asked > 40; }});
  EXPECT_LT(loaded.settings.tenants.size(), 1000u);
  EXPECT_EQ(loaded.errors.front().message, "reading was cancelled");
}

}  // namespace
}  // namespace tenantscope
