// Lists of tenants that change while the daemon runs: in files, and at URLs.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "e2e/list_server.hpp"
#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* scenario = R"(
tenants:
  - {name: one.example, region_scope: NA}
  - {name: two.example, region_scope: EU}
  - {name: three.example, region_scope: AS}
)";

constexpr const char* reload_successful = "tenantscope_config_last_reload_successful";

class TenantLists : public testing::Test {
 protected:
  void start(const std::string& rest) {
    deployment.configure(configuration(authority.url(), rest));
    deployment.start();
  }
  bool watches(double tenants) {
    return eventually(
        [&] { return deployment.daemon().metrics()["tenantscope_tenants"] == tenants; });
  }
  bool sees(const std::string& tenant) {
    return eventually(
        [&] { return deployment.daemon().metrics()[tenant_series("found", tenant)] == 1; });
  }
  bool logged(const std::vector<std::string>& parts) {
    return eventually([&] { return !lines_with(deployment.daemon().log(), parts).empty(); });
  }

  Simulator authority{scenario};
  Deployment deployment{""};
};

TEST_F(TenantLists, FilesAreFollowedAndTheConfigurationIsNot) {
  const auto list = [&](const char* name) { return deployment.folder() / "tenants.d" / name; };
  std::filesystem::create_directory(deployment.folder() / "tenants.d");
  write_file(list("a.yaml"), "- {name: one.example}\n");
  start("tenant_files: [tenants.d/*]\n");
  ASSERT_TRUE(sees("one.example"));

  write_file(deployment.config_file(), "half an edit");
  write_file(list("b.json"), R"([{"name": "two.example", "labels": {"team": "identity"}}])");
  ASSERT_TRUE(sees("two.example")) << deployment.daemon().log();
  EXPECT_EQ(deployment.daemon().metrics()[reload_successful], 1);

  write_file(list("a.yaml"), "- {name: one.example}\n- {name: two.example}\n");
  ASSERT_TRUE(logged({"bad tenant list", "b.json:1:11: `two.example` is there already"}))
      << deployment.daemon().log();
  EXPECT_EQ(deployment.daemon().metrics()[reload_successful], 0);
  EXPECT_TRUE(watches(2)) << "the last good lists stay";

  std::filesystem::remove(list("b.json"));
  write_file(list("a.yaml"), "- {name: three.example}\n");
  ASSERT_TRUE(sees("three.example"));
  EXPECT_TRUE(watches(1));
  EXPECT_EQ(deployment.daemon().metrics()[reload_successful], 1);
  EXPECT_EQ(lines_with(deployment.daemon().log(),
                       {"level=warn", "tenants would leave", "source=tenant_files leaving=2"})
                .size(),
            1u)
      << deployment.daemon().log();
}

TEST_F(TenantLists, APatternThatMatchesNothingIsToldAndItsTenantsStayForASecondLook) {
  const auto list = deployment.folder() / "tenants.d" / "a.yaml";
  std::filesystem::create_directory(list.parent_path());
  write_file(list, "- {name: two.example}\n");
  start(
      "tenants: [{name: one.example}, {name: three.example}]\n"
      "tenant_files: [tenants.d/*.yaml, nowhere/*.yaml]\n");
  EXPECT_TRUE(logged({"level=warn", "no file matches", "nowhere/*.yaml"}));
  ASSERT_TRUE(watches(3));
  std::filesystem::remove(list);
  EXPECT_TRUE(logged({"level=warn", "tenants would leave", "leaving=1 watched=3"}))
      << deployment.daemon().log();
  EXPECT_TRUE(watches(2));
  EXPECT_EQ(lines_with(deployment.daemon().log(), {"no file matches", "tenants.d/*.yaml"}).size(),
            1u)
      << deployment.daemon().log();
}

class TenantUrls : public TenantLists {
 protected:
  void start() {
    TenantLists::start(fmt::format(
        "tenants: [{{name: one.example}}]\ntenant_urls: [{{url: \"{}\", interval: 1s}}]\n",
        server.url()));
  }
  bool asked_again() {
    const int before = server.asked();
    return eventually([&] { return server.asked() >= before + 2; });
  }

  ListServer server;
};

TEST_F(TenantUrls, AreFetchedAgainAndAgain) {
  server.show("200 OK", "- {name: two.example}\n");
  start();
  ASSERT_TRUE(sees("two.example")) << deployment.daemon().log();
  server.show("200 OK", R"([{"name": "three.example", "expect": {"region_scope": "AS"}}])");
  ASSERT_TRUE(sees("three.example"));
  EXPECT_TRUE(watches(2));
  EXPECT_EQ(deployment.daemon().tenant("one.example").at("found"), true);

  deployment.configure(configuration(authority.url(), "tenants: [{name: one.example}]\n"));
  deployment.reload();
  EXPECT_TRUE(watches(1)) << "a list that is no more takes its tenants along";
}

TEST_F(TenantUrls, KeepTheLastGoodListOverErrorsAndRestarts) {
  server.show("200 OK", "- {name: two.example}\n");
  start();
  ASSERT_TRUE(sees("two.example"));
  server.show("200 OK", "- {name: two.example}\n- {name: one.example}\n");
  ASSERT_TRUE(logged({"bad tenant list", "/list.yaml:2:10: `one.example` is there already"}))
      << deployment.daemon().log();
  EXPECT_EQ(deployment.daemon().metrics()[reload_successful], 0);
  server.show("503 Service Unavailable", "- {name: three.example}\n");
  ASSERT_TRUE(logged({"tenant list not fetched", "HTTP status 503"}));
  server.show("200 OK", "<html>please log in</html>");
  ASSERT_TRUE(logged({"bad tenant list", "/list.yaml:1:1: "})) << deployment.daemon().log();
  ASSERT_TRUE(asked_again());
  EXPECT_TRUE(watches(2));
  EXPECT_EQ(lines_with(deployment.daemon().log(), {"bad tenant list"}).size(), 2u)
      << "once each\n"
      << deployment.daemon().log();
  deployment.reload();
  EXPECT_TRUE(watches(2));
  EXPECT_EQ(deployment.daemon().log().find("secret"), std::string::npos);

  deployment.stop();
  server.show("503 Service Unavailable", "");
  deployment.start();
  EXPECT_TRUE(watches(2)) << "as the storage has it";
  EXPECT_TRUE(sees("two.example"));

  deployment.stop();
  for (const auto& kept :
       std::filesystem::directory_iterator(deployment.storage() / "tenant-lists"))
    write_file(kept.path(), "");
  deployment.start();
  EXPECT_TRUE(watches(1)) << "a list that was lost is no list without tenants";
  EXPECT_EQ(deployment.daemon().metrics()[reload_successful], 0);
  EXPECT_EQ(lines_with(deployment.daemon().log(), {"bad tenant list", "the list is empty"}).size(),
            1u)
      << deployment.daemon().log();
  server.show("200 OK", "- {name: two.example}\n");
  EXPECT_TRUE(watches(2));
  EXPECT_EQ(deployment.daemon().metrics()[reload_successful], 1);
}

TEST_F(TenantUrls, AreGoodAgainThoughTheListIsTheSame) {
  const std::string good = "- {name: two.example}\n";
  const auto successful = [&](double value) {
    return eventually([&] { return deployment.daemon().metrics()[reload_successful] == value; });
  };
  server.show("200 OK", good);
  start();
  ASSERT_TRUE(sees("two.example"));
  for (const std::string bad : {"<html>maintenance</html>", "", "# nothing\n"}) {
    server.show("200 OK", bad);
    EXPECT_TRUE(successful(0)) << bad;
    server.show("200 OK", good);
    EXPECT_TRUE(successful(1)) << bad << "\n" << deployment.daemon().log();
  }
  const auto told = [&](const char* part, std::size_t times) {
    return eventually(
        [&] { return lines_with(deployment.daemon().log(), {part}).size() == times; });
  };
  EXPECT_TRUE(told("tenant lists good again", 3)) << deployment.daemon().log();
  EXPECT_TRUE(told("the list is empty", 2)) << deployment.daemon().log();
  EXPECT_TRUE(watches(2));
}

TEST_F(TenantUrls, SayEachReasonWhyTheyAreNotFetched) {
  server.show("200 OK", "- {name: two.example}\n");
  start();
  ASSERT_TRUE(sees("two.example"));
  for (const std::string status : {"503 Service Unavailable", "404 Not Found"}) {
    server.show(status, "");
    EXPECT_TRUE(logged({"tenant list not fetched", "HTTP status " + status.substr(0, 3)}))
        << deployment.daemon().log();
  }
  server.show("200 OK", "- {name: two.example}\n");
  EXPECT_TRUE(logged({"tenant list fetched again"}));
}

TEST_F(TenantUrls, AnEmptiedListIsBelievedAtTheSecondFetch) {
  server.show("200 OK", "- {name: one.example}\n- {name: two.example}\n");
  TenantLists::start(fmt::format("tenant_urls: [{{url: \"{}\", interval: 1s}}]\n", server.url()));
  ASSERT_TRUE(watches(2));
  server.show("200 OK", "[]");
  EXPECT_TRUE(watches(0));
  EXPECT_TRUE(logged({"level=warn", "tenants leave"}));
  EXPECT_EQ(lines_with(deployment.daemon().log(),
                       {"level=warn", "tenants would leave", "/list.yaml leaving=2 watched=2"})
                .size(),
            1u)
      << deployment.daemon().log();
}

TEST_F(TenantUrls, DoNotKeepTheDaemonFromStarting) {
  server.show("200 OK", "- {name: one.example}\n");
  start();
  EXPECT_TRUE(logged({"bad tenant list", "`one.example` is there already"}));
  EXPECT_TRUE(sees("one.example"));
  server.show("200 OK", "- {name: two.example}\n");
  EXPECT_TRUE(sees("two.example"));
  EXPECT_TRUE(eventually([&] { return deployment.daemon().metrics()[reload_successful] == 1; }));
}

}  // namespace
}  // namespace tenantscope::e2e
