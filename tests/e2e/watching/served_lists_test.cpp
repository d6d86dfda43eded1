// Lists of tenants from a real nginx, in each form, which it sends once for each version.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "e2e/rehearsal.hpp"
#include "e2e/tools.hpp"
#include "support/own_loopback.hpp"

namespace tenantscope::e2e {
namespace {

namespace fs = std::filesystem;

constexpr const char* scenario = R"(
tenants:
  - {name: one.example, region_scope: NA}
  - {name: two.example, region_scope: EU}
  - {name: three.example, region_scope: AS}
)";

constexpr const char* reload_successful = "tenantscope_config_last_reload_successful";

class ServedLists : public testing::Test {
 protected:
  // Its log has a line for each answer: status, If-None-Match, If-Modified-Since.
  void SetUp() override {
    std::string text =
        "daemon off; master_process off; pid nginx.pid;\nevents {}\nhttp {\n"
        "  log_format versions escape=none '$status $http_if_none_match $http_if_modified_since';\n"
        "  access_log access.log versions;\n";
    for (const char* module : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
      text += fmt::format("  {}_temp_path {};\n", module, module);
    text += fmt::format("  server {{ listen {}; root {}; }}\n}}\n", address,
                        (folder.path() / "lists").native());
    write_file(folder.path() / "nginx.conf", text);
    fs::create_directory(folder.path() / "lists");
    serve("[]");
    nginx = std::make_unique<Process>(
        tool("nginx", {"-p", folder.path(), "-c", folder.path() / "nginx.conf", "-e", "stderr"}));
    ASSERT_TRUE(eventually([&] { return fs::exists(folder.path() / "nginx.pid"); }))
        << nginx->err();
    deployment.configure(configuration(
        authority.url(), fmt::format("tenants: [{{name: one.example}}]\n"
                                     "tenant_urls: [{{url: \"http://{}/list\", interval: 1s}}]\n",
                                     address)));
    deployment.start();
  }

  // Whole at once, as a change of two steps might be seen half.
  void serve(const std::string& list) const {
    write_file(folder.path() / "fresh", list);
    fs::rename(folder.path() / "fresh", folder.path() / "lists" / "list");
  }

  std::size_t answers(const std::string& beginning) const {
    const std::vector<std::string> lines = lines_of(read_file(folder.path() / "access.log"));
    return std::size_t(std::ranges::count_if(
        lines, [&](const std::string& line) { return line.starts_with(beginning); }));
  }
  bool answers_more(const std::string& beginning) const {
    const std::size_t before = answers(beginning);
    return eventually([&] { return answers(beginning) >= before + 2; });
  }
  bool watches(double tenants) {
    return eventually(
        [&] { return deployment.daemon().metrics()["tenantscope_tenants"] == tenants; });
  }
  bool successful(double value) {
    return eventually([&] { return deployment.daemon().metrics()[reload_successful] == value; });
  }

  Simulator authority{scenario};
  Deployment deployment{""};
  TemporaryFolder folder;
  const std::string address = own_loopback() + ":10445";
  std::unique_ptr<Process> nginx;
};

TEST_F(ServedLists, AreSentOnceForEachVersion) {
  serve(R"([{"targets": ["two.example"], "labels": {"team": "x", "__meta_y": "z"}}])");
  ASSERT_TRUE(watches(2)) << deployment.daemon().log();
  EXPECT_EQ(deployment.daemon().tenant("two.example").at("labels").as_object(),
            (json::object{{"team", "x"}}));
  ASSERT_TRUE(answers_more("304 \"")) << read_file(folder.path() / "access.log");
  const std::size_t whole = answers("200 ");
  EXPECT_TRUE(answers_more("304 \""));
  EXPECT_EQ(answers("200 "), whole) << read_file(folder.path() / "access.log");
  EXPECT_TRUE(successful(1));

  serve("domain;owner\r\ntwo.example;x\r\nthree.example;y\r\n");
  EXPECT_TRUE(watches(3)) << deployment.daemon().log();
  EXPECT_TRUE(answers_more("304 \""));
  EXPECT_EQ(answers("200 "), whole + 1) << read_file(folder.path() / "access.log");
  EXPECT_TRUE(lines_with(deployment.daemon().log(), {"level=error"}).empty())
      << deployment.daemon().log();
}

TEST_F(ServedLists, ThatAreRefusedAreNotSentAgainEither) {
  serve("two.example\n");
  ASSERT_TRUE(watches(2)) << deployment.daemon().log();
  serve("<html>please log in</html>\n");
  ASSERT_TRUE(successful(0)) << deployment.daemon().log();
  EXPECT_TRUE(answers_more("304 \""));
  EXPECT_TRUE(successful(0)) << "what is there is no list, however often it is there";
  EXPECT_TRUE(watches(2));
  EXPECT_EQ(lines_with(deployment.daemon().log(), {"bad tenant list", "a sign-in page"}).size(), 1u)
      << deployment.daemon().log();
  const std::size_t whole = answers("200 ");
  deployment.reload();
  EXPECT_TRUE(eventually([&] { return answers("200 ") > whole; }))
      << "under another configuration it might be good";
  serve("two.example\nthree.example\n");
  EXPECT_TRUE(watches(3));
  EXPECT_TRUE(successful(1));
}

// One that waits for a second look has to be looked at.
TEST_F(ServedLists, ThatTakeManyAwayAreSentTwice) {
  deployment.configure(configuration(
      authority.url(),
      fmt::format("tenant_urls: [{{url: \"http://{}/list\", interval: 1s}}]\n", address)));
  serve("two.example\nthree.example\n");
  ASSERT_TRUE(watches(3)) << deployment.daemon().log();
  deployment.reload();
  ASSERT_TRUE(watches(2)) << deployment.daemon().log();
  serve("[]");
  EXPECT_TRUE(watches(0)) << deployment.daemon().log();
  EXPECT_TRUE(successful(1));
  EXPECT_TRUE(answers_more("304 \""));
}

}  // namespace
}  // namespace tenantscope::e2e
