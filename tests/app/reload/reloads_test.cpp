// What of a configuration and its lists comes into force when, and what is said of it.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "app/reload/reloading.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

TEST_F(ReloadsTest, TakeAllTenantsAwayOnceTheyAreAskedTwice) {
  start(three_tenants);
  EXPECT_EQ(successful(), 1);
  const std::string told = reload("tenants: []\n");
  EXPECT_TRUE(told.starts_with(folder.path("c").native() + ":1:1: 3 of 3 tenants would leave"))
      << told;
  EXPECT_EQ(watched(), 3u);
  EXPECT_EQ(successful(), 0);
  EXPECT_EQ(reloaded, 0);
  EXPECT_EQ(reload("tenants: []\n"), "");
  EXPECT_EQ(watched(), 0u);
  EXPECT_EQ(successful(), 1);
  EXPECT_EQ(reloaded, 1);
}

TEST_F(ReloadsTest, SayHowManyTenantsWouldLeaveAndThatTheyDo) {
  start(three_tenants);
  EXPECT_EQ(logged("level=warn msg=\"configuration not reloaded: tenants would leave; a second "
                   "look has to say so\" source=configuration leaving=3 watched=3",
                   [&] { reload("tenants: [{name: d.example}]\n"); }),
            1);
  EXPECT_EQ(logged("level=warn msg=\"tenants leave, as a second look says, too\"",
                   [&] { reload("tenants: [{name: d.example}]\n"); }),
            1);
}

TEST_F(ReloadsTest, LookAgainByThemselves) {
  start(three_tenants, 0ms);
  EXPECT_NE(reload("tenants: []\n"), "");
  EXPECT_TRUE(run_until(loop, [&] { return watched() == 0; }));
  EXPECT_EQ(successful(), 1);
}

TEST_F(ReloadsTest, TakeNothingAwayThatWasGoneForAMoment) {
  start(three_tenants);
  EXPECT_NE(reload("tenants: []\n"), "");
  EXPECT_EQ(reload(three_tenants), "");
  EXPECT_EQ(watched(), 3u);
  EXPECT_EQ(successful(), 1);
  EXPECT_NE(reload("tenants: []\n"), "") << "a first look again";
}

// As a daemon that begins anew in the same process goes on with it.
TEST_F(ReloadsTest, GiveWhatIsInForceWhateverTheFilesAre) {
  start(three_tenants);
  EXPECT_NE(reload("tenants: [\n"), "");
  EXPECT_FALSE(reloads->standing().good());
  const LoadedConfig kept = reloads->in_force();
  EXPECT_EQ(kept.settings.tenants.size(), 3u);
  EXPECT_TRUE(kept.errors.empty());
  EXPECT_EQ(reload("tenants: [{name: a.example}, {name: b.example}]\n"), "");
  EXPECT_TRUE(reloads->standing().good());
  EXPECT_EQ(reloads->in_force().settings.tenants.size(), 2u);
  EXPECT_EQ(reloads->in_force().own_file, stamp_of(folder.path("c")));
}

TEST_F(ReloadsTest, SayThatTheirFilesWereRefusedBefore) {
  ConfigStanding before;
  before.refuse(whole_configuration, "it is bad");
  start(three_tenants, 1h, before);
  EXPECT_EQ(successful(), 0);
  EXPECT_EQ(reload(three_tenants), "");
  EXPECT_EQ(successful(), 1);
}

TEST_F(ReloadsTest, TakeListsThatWereRefusedBefore) {
  ConfigStanding before;
  before.refuse(all_tenant_files, "one is bad");
  std::filesystem::create_directory(folder.path("t.d"));
  folder.write("t.d/a.yaml", "- {name: d.example}\n");
  start(with_files, 1h, before);
  EXPECT_EQ(successful(), 0);
  EXPECT_EQ(reloads->in_force().tenant_files, std::vector<FileStamp>()) << "they are read again";
  EXPECT_EQ(look_at_files(), ListOutcome::taken);
  EXPECT_EQ(successful(), 1);
  EXPECT_EQ(reloads->in_force().tenant_files.size(), 1u);
}

TEST_F(ReloadsTest, RefuseWhatSaysNothing) {
  start(three_tenants);
  EXPECT_NE(reload("").find("the configuration is empty"), std::string::npos);
  EXPECT_NE(reload("# nothing\n").find("the configuration is empty"), std::string::npos);
  EXPECT_EQ(watched(), 3u);
  EXPECT_EQ(successful(), 0);
}

const std::string first_url = "https://first.example/";
const std::string second_url = "https://second.example/";
const std::string both_urls = "tenants: [{name: own.example}]\ntenant_urls: [{url: \"" + first_url +
                              "\"}, {url: \"" + second_url + "\"}]\n";

const std::string in_postgresql = "storage: {postgresql: {hosts: [127.0.0.1], database: d, user: u";

// What is open goes on.
TEST_F(ReloadsTest, RefuseAnotherStorage) {
  const std::string here = three_tenants + in_postgresql + "}}\n";
  const auto refused = [this](const std::string& config) {
    EXPECT_EQ(reload(config), folder.path("c").native() +
                                  ":1:1: `storage` and `replica` are taken at the start alone: "
                                  "leave them as they were, or restart");
    EXPECT_EQ(successful(), 0);
  };
  start(here);
  refused(three_tenants);
  refused(here + "replica: {name: north}\n");
  refused(three_tenants + in_postgresql + ", lease: 11s}}\n");
  EXPECT_EQ(reloaded, 0);
  EXPECT_EQ(reload(here + "rules: seed-2022\n"), "");
  EXPECT_EQ(successful(), 1);
}

TEST_F(ReloadsTest, RefuseAStorageWhereItIsSqlites) {
  start(three_tenants);
  EXPECT_NE(reload(three_tenants + in_postgresql + "}}\n"), "");
  EXPECT_EQ(reload(three_tenants), "");
}

TEST_F(ReloadsTest, AListThatIsGoodAgainIsGoodThoughItIsTheSame) {
  start(both_urls);
  const std::string good = "- {name: a.example}\n";
  EXPECT_EQ(fetch(first_url, good), ListOutcome::taken);
  EXPECT_EQ(fetch(first_url, "<html>"), ListOutcome::refused);
  EXPECT_EQ(watched(), 2u);
  EXPECT_EQ(successful(), 0);
  EXPECT_EQ(logged("level=info msg=\"tenant lists good again\" tenants=2",
                   [&] { EXPECT_EQ(fetch(first_url, good), ListOutcome::taken); }),
            1);
  EXPECT_EQ(successful(), 1);
}

TEST_F(ReloadsTest, EachReasonToRefuseAListIsSaidOnce) {
  start(both_urls);
  const auto told = [&](const std::string& text) {
    return logged("level=error msg=\"bad tenant list\"", [&] { fetch(first_url, text); });
  };
  EXPECT_EQ(told(""), 1);
  EXPECT_EQ(told(""), 0);
  EXPECT_EQ(told("# nothing\n"), 0) << "the same reason";
  EXPECT_EQ(told("{}"), 1);
  EXPECT_EQ(told("- {name: own.example}\n"), 1);
}

TEST_F(ReloadsTest, AnEmptiedListIsTakenWhenItComesAgain) {
  start("tenant_urls: [{url: \"" + first_url + "\"}]\n");
  EXPECT_EQ(fetch(first_url, "- {name: a.example}\n"), ListOutcome::taken);
  EXPECT_EQ(fetch(first_url, "[]"), ListOutcome::unconfirmed);
  EXPECT_EQ(watched(), 1u);
  EXPECT_EQ(successful(), 0);
  EXPECT_EQ(fetch(first_url, "[]"), ListOutcome::taken);
  EXPECT_EQ(watched(), 0u);
  EXPECT_EQ(successful(), 1);
  EXPECT_EQ(lists.texts().at(first_url), "[]");
}

TEST_F(ReloadsTest, AReloadConfirmsWhatAListSaid) {
  const std::string config = "tenant_urls: [{url: \"" + first_url + "\"}]\n";
  start(config);
  EXPECT_EQ(fetch(first_url, "- {name: a.example}\n"), ListOutcome::taken);
  EXPECT_EQ(fetch(first_url, "[]"), ListOutcome::unconfirmed);
  EXPECT_EQ(reload(config), "");
  EXPECT_EQ(watched(), 0u);
  EXPECT_EQ(lists.texts().at(first_url), "[]");
}

TEST_F(ReloadsTest, AnOfferThatIsRefusedMeanwhileIsForgotten) {
  const std::string config = "tenant_urls: [{url: \"" + first_url + "\"}]\n";
  start(config);
  EXPECT_EQ(fetch(first_url, "- {name: a.example}\n"), ListOutcome::taken);
  EXPECT_EQ(fetch(first_url, "- {name: b.example}\n"), ListOutcome::unconfirmed);
  EXPECT_EQ(reload("tenants: [{name: b.example}]\n" + config), "");
  EXPECT_EQ(watched(), 2u) << "a.example as the list was";
}

TEST_F(ReloadsTest, AnOfferThatIsTakenBackIsForgotten) {
  const std::string config = "tenant_urls: [{url: \"" + first_url + "\"}]\n";
  start(config);
  EXPECT_EQ(fetch(first_url, "- {name: a.example}\n"), ListOutcome::taken);
  EXPECT_EQ(fetch(first_url, "[]"), ListOutcome::unconfirmed);
  EXPECT_EQ(fetch(first_url, "- {name: a.example}\n"), ListOutcome::taken);
  EXPECT_EQ(reload(config), "");
  EXPECT_EQ(watched(), 1u);
}

TEST_F(ReloadsTest, AListThatPushesAnotherOneOutIsRefused) {
  start(both_urls);
  EXPECT_EQ(fetch(second_url, "- {name: a.example}\n- {name: b.example}\n"), ListOutcome::taken);
  EXPECT_EQ(fetch(first_url, "- {name: a.example}\n"), ListOutcome::refused);
  EXPECT_EQ(watched(), 3u);
  EXPECT_EQ(successful(), 0);
  EXPECT_EQ(fetch(second_url, "- {name: b.example}\n"), ListOutcome::taken);
  EXPECT_EQ(fetch(first_url, "- {name: a.example}\n"), ListOutcome::taken);
  EXPECT_EQ(watched(), 3u);
  EXPECT_EQ(successful(), 1);
}

TEST_F(ReloadsTest, AListThatAReloadLeavesOutComesBackWithTheNext) {
  start(both_urls);
  EXPECT_EQ(fetch(first_url, "- {name: a.example}\n"), ListOutcome::taken);
  EXPECT_EQ(reload("tenants: [{name: own.example}, {name: a.example}]\n" +
                   both_urls.substr(both_urls.find('\n') + 1)),
            "");
  EXPECT_EQ(successful(), 0);
  EXPECT_EQ(reload(both_urls), "");
  EXPECT_EQ(watched(), 2u);
  EXPECT_EQ(successful(), 1);
}

TEST_F(ReloadsTest, ARefusedConfigurationStaysRefusedWhateverItsListsDo) {
  start(both_urls);
  EXPECT_NE(reload("rules: x\n"), "");
  EXPECT_EQ(fetch(first_url, "- {name: a.example}\n"), ListOutcome::taken);
  EXPECT_EQ(successful(), 0);
  EXPECT_EQ(reload(both_urls), "");
  EXPECT_EQ(successful(), 1);
}

TEST_F(ReloadsTest, FilesThatAreMendedNeedNoReload) {
  folder.write("t.d/a.yaml", "- {name: d.example}\n");
  start(with_files);
  folder.write("t.d/a.yaml", "- {nam: d.example}\n");
  EXPECT_NE(reload(with_files), "");
  EXPECT_EQ(logged("level=error", [&] { EXPECT_EQ(look_at_files(), ListOutcome::refused); }), 0)
      << "the reload has told";
  EXPECT_EQ(successful(), 0);
  folder.write("t.d/a.yaml", "- {name: d.example}\n- {name: e.example}\n");
  EXPECT_EQ(look_at_files(), ListOutcome::taken);
  EXPECT_EQ(watched(), 5u);
  EXPECT_EQ(successful(), 1);
}

TEST_F(ReloadsTest, APatternThatLosesItsLastFileKeepsItsTenantsUntilASecondLook) {
  folder.write("t.d/a.yaml", "- {name: d.example}\n");
  start(with_files);
  std::filesystem::remove(folder.path("t.d/a.yaml"));
  EXPECT_EQ(
      logged("level=warn msg=\"doubtful configuration\" finding=\"" + folder.path("c").native() +
                 ":2:16: no file matches `" + folder.path("t.d/*.yaml").native(),
             [&] { EXPECT_EQ(look_at_files(), ListOutcome::unconfirmed); }),
      1);
  EXPECT_EQ(watched(), 4u);
  EXPECT_EQ(successful(), 0);
  EXPECT_EQ(logged("no file matches", [&] { EXPECT_EQ(look_at_files(), ListOutcome::taken); }), 0)
      << "once";
  EXPECT_EQ(watched(), 3u);
  EXPECT_EQ(successful(), 1);
}

TEST_F(ReloadsTest, APatternIsBelievedWhereItsFilesComeBack) {
  folder.write("t.d/a.yaml", "- {name: d.example}\n");
  start(with_files);
  std::filesystem::rename(folder.path("t.d"), folder.path("away"));
  EXPECT_NE(reload(with_files), "") << "at a reload as well";
  std::filesystem::rename(folder.path("away"), folder.path("t.d"));
  EXPECT_EQ(reload(with_files), "");
  EXPECT_EQ(watched(), 4u);
  EXPECT_EQ(successful(), 1);
}

TEST_F(ReloadsTest, NothingIsTakenWhileFilesAreBeingWritten) {
  folder.write("t.d/a.yaml", "- {name: d.example}\n");
  start(with_files + "tenant_urls: [{url: \"" + first_url + "\"}]\n");
  const auto before = stamp_tenant_files(patterns, folder.path(""));
  folder.write("t.d/a.yaml", "- name: d.example\n- name: contoso.exam");
  EXPECT_EQ(run(loop, reloads->follow_files(before)), ListOutcome::unsettled);
  EXPECT_EQ(fetch(first_url, "- {name: f.example}\n"), ListOutcome::unsettled)
      << "nor is a list from elsewhere, which would bring half a file along";
  EXPECT_EQ(watched(), 4u);
  EXPECT_EQ(successful(), 1);
  folder.write("t.d/a.yaml", "- {name: d.example}\n- {name: contoso.example}\n");
  EXPECT_EQ(look_at_files(), ListOutcome::taken);
  EXPECT_EQ(fetch(first_url, "- {name: f.example}\n"), ListOutcome::taken);
  EXPECT_EQ(watched(), 6u);
}

TEST_F(ReloadsTest, AListIsNotBlamedForRefusedFiles) {
  folder.write("t.d/a.yaml", "- {name: d.example}\n");
  start(with_files + "tenant_urls: [{url: \"" + first_url + "\"}]\n");
  folder.write("t.d/a.yaml", "- {nam: d.example}\n");
  EXPECT_EQ(look_at_files(), ListOutcome::refused);
  const auto fetched = [&] {
    EXPECT_EQ(fetch(first_url, "- {name: f.example}\n"), ListOutcome::refused);
  };
  EXPECT_EQ(logged("level=error", fetched), 0) << "the files were told of";
  folder.write("t.d/a.yaml", "- {name: d.example}\n- {name: e.example}\n");
  EXPECT_EQ(look_at_files(), ListOutcome::taken);
  EXPECT_EQ(watched(), 5u);
  EXPECT_EQ(successful(), 1);
}

TEST_F(ReloadsTest, AFetchedListMayMendRefusedFiles) {
  folder.write("t.d/a.yaml", "- {name: d.example}\n");
  start(with_files + "tenant_urls: [{url: \"" + first_url + "\"}]\n");
  EXPECT_EQ(fetch(first_url, "- {name: e.example}\n"), ListOutcome::taken);
  folder.write("t.d/a.yaml", "- {name: d.example}\n- {name: e.example}\n");
  EXPECT_EQ(look_at_files(), ListOutcome::refused) << "they would push the list out";
  EXPECT_EQ(successful(), 0);
  EXPECT_EQ(fetch(first_url, "- {name: f.example}\n"), ListOutcome::taken);
  EXPECT_EQ(watched(), 6u);
  EXPECT_EQ(successful(), 1);
}

TEST_F(ReloadsTest, ListsThatAReloadHasTakenAwayAreReadNoMore) {
  folder.write("t.d/a.yaml", "- {name: d.example}\n");
  start(with_files);
  EXPECT_EQ(reload(three_tenants), "");
  EXPECT_EQ(look_at_files(), ListOutcome::refused);
  EXPECT_EQ(watched(), 3u);
  EXPECT_EQ(successful(), 1);
}

}  // namespace
}  // namespace tenantscope
