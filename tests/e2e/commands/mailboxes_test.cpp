// The names before the @ of e-mail addresses: wherever people write one, the domain counts, and the
// rest is nowhere.
#include <gtest/gtest.h>

#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* canary = "canary";
constexpr const char* address = "Canary.Bird@Contoso.example";

constexpr const char* scenario = R"(
tenants:
  - {name: contoso.example, region_scope: NA}
  - {name: agency.example, cloud: usgov, region_scope: USG}
)";

constexpr const char* watched = R"(
tenants:
  - {name: contoso.example}
  - {name: agency.example, cloud: usgov}
collaborations:
  - {name: c, hosts: [agency.example], guests: [contoso.example]}
events:
  sinks: [{name: audit, file: {path: events.jsonl}}]
)";

bool tells(const std::string& text) {
  std::string lowered = text;
  for (char& c : lowered)
    c = c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
  return lowered.find(canary) != std::string::npos;
}

class Mailboxes : public testing::Test {
 protected:
  Mailboxes() : deployment(configuration(authority.url(), watched)) {
    deployment.start({"--web.enable-probe", "--web.enable-lifecycle", "--log.level=debug"});
  }

  Finished run_with(std::vector<std::string> arguments, const std::string& input = "") {
    Finished finished = run(tenantscope_command(arguments), input);
    const std::string what = fmt::format("{}", fmt::join(arguments, " "));
    EXPECT_FALSE(tells(finished.out)) << what << "\n" << finished.out;
    EXPECT_FALSE(tells(finished.err)) << what << "\n" << finished.err;
    return finished;
  }

  HttpAnswer get(const std::string& path) {
    HttpAnswer answer = http_get(deployment.daemon().url() + path);
    EXPECT_FALSE(tells(answer.body)) << path << "\n" << answer.body;
    for (const auto& [name, value] : answer.headers)
      EXPECT_FALSE(tells(value)) << path << "\n" << name << ": " << value;
    return answer;
  }

  std::string config() const { return "--config.file=" + deployment.config_file().string(); }

  Simulator authority{scenario};
  Deployment deployment;
};

TEST_F(Mailboxes, OfCommandsAndListsAreNowhere) {
  const std::string url = "--url=" + deployment.daemon().url();
  const std::string list = fmt::format(
      "Name;Mail\nC;{}\nD;canary@contoso..example\nE;canary\n"
      "F;canary_x.example#EXT#@me.example\nG;canary@mars\n"
      "H;canary@x.example, canary@y.example\n",
      address);
  const auto requests = authority.requests("contoso.example");
  for (const std::string output : {"text", "json", "yaml"}) {
    const Finished found = run_with({"lookup", address, config(), "--output=" + output});
    EXPECT_EQ(found.exit_code, 0) << found.err;
    EXPECT_NE(found.out.find("contoso.example"), std::string::npos) << found.out;
    // A word that is no address is shown: that is the name somebody wrote.
    std::string addresses = list;
    addresses.replace(addresses.find("E;canary"), 8, "E;x");
    EXPECT_EQ(run_with({"lookup", "--from=-", config(), "--output=" + output}, addresses).exit_code,
              1);
  }
  EXPECT_GT(authority.requests("contoso.example"), requests);
  EXPECT_EQ(run_with({"lookup", address, url}).exit_code, 0);
  EXPECT_EQ(run_with({"explain", address, address, config()}).exit_code, 0);
  EXPECT_EQ(run_with({"explain", "agency.example@usgov", address, url}).exit_code, 0);
  EXPECT_EQ(run_with({"check", address, config()}).exit_code, 0);
  EXPECT_EQ(run_with({"check", address, url, "-vvv"}).exit_code, 0);
  EXPECT_NE(run_with({"events", std::string("--tenant=") + address, url}).out, "");
  EXPECT_EQ(run_with({"drill", std::string("--tenant=") + address, "--to=USG", url}).exit_code, 0);
  for (const std::vector<std::string>& wrong :
       {std::vector<std::string>{"lookup", "canary@contoso..example"},
        {"lookup", "canary@mars"},
        {"lookup", "canary@"},
        {"lookup", "https://canary:canary@contoso..example/"},
        {"lookup", "contoso.example", address, "--output=none"},
        {"events", "--tenant=canary@contoso..example"},
        {"drill", "--to=USG", "--tenant=canary@contoso..example"},
        {"serve", address},
        {address}})
    EXPECT_EQ(run_with(wrong).exit_code, 2) << wrong[0];
  EXPECT_EQ(run_with({"check", "contoso.example", address}).exit_code, 3);
  EXPECT_EQ(run_with({"check", "canary@contoso..example"}).exit_code, 3);
}

TEST_F(Mailboxes, OfRequestsAndFormsAreNowhere) {
  const std::string name = url_encoded(address);
  const std::string bad = url_encoded("canary@contoso..example");
  for (const std::string& path :
       {"/probe?target=" + name, "/probe?debug=true&target=" + name,
        "/api/v1/lookup?tenant=" + name, "/api/v1/tenants/" + name, "/api/v1/tenants?q=" + name,
        "/api/v1/explain?host=agency.example&guest=" + name, "/api/v1/collaborations?guest=" + name,
        "/?q=" + name})
    EXPECT_EQ(get(path).status, 200) << path;
  EXPECT_NE(get("/?q=" + name).body.find("value=\"contoso.example\""), std::string::npos);
  EXPECT_NE(get("/api/v1/tenants?q=" + name).body.find("\"total\":1"), std::string::npos);
  for (const std::string& path :
       {"/probe?target=" + bad, "/api/v1/lookup?tenant=" + bad, "/api/v1/tenants/" + bad,
        "/api/v1/explain?host=agency.example&guest=" + bad, "/api/v1/collaborations?host=" + bad,
        "/probe?cloud=china&target=" + url_encoded("canary@contoso.example@usgov"),
        "/probe?target=" + url_encoded("canary@mars")})
    EXPECT_EQ(get(path).status, 400) << path;
  EXPECT_EQ(get("/api/v1/tenants/" + url_encoded("canary@nobody.example")).status, 404);
  EXPECT_EQ(http("POST", deployment.daemon().url() + "/api/v1/drill?to=USG&tenant=" + name).status,
            200);
  ASSERT_TRUE(eventually([&] {
    return read_file(deployment.storage() / "events.jsonl").find(".drill.") != std::string::npos;
  }));
  EXPECT_FALSE(tells(deployment.daemon().metrics().text()));
  EXPECT_EQ(deployment.stop(), 0);
  EXPECT_FALSE(tells(deployment.daemon().log())) << deployment.daemon().log();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(deployment.folder()))
    EXPECT_FALSE(entry.is_regular_file() && tells(read_file(entry.path()))) << entry.path();
}

TEST_F(Mailboxes, OfAConfigurationAreRefusedWithTheNameToWrite) {
  deployment.configure(configuration(
      authority.url(), fmt::format("tenants: [{{name: {0}}}]\ncollaborations: [{{name: c, hosts: "
                                   "[{0}], guests: [contoso.example]}}]\n",
                                   address)));
  const Finished checked = run_with({"config", "check", deployment.config_file()});
  EXPECT_EQ(checked.exit_code, 78);
  EXPECT_EQ(lines_with(checked.out + checked.err, {"write its domain, `contoso.example`"}).size(),
            2)
      << checked.out << checked.err;
  deployment.reload();
  EXPECT_FALSE(tells(deployment.daemon().log())) << deployment.daemon().log();
}

}  // namespace
}  // namespace tenantscope::e2e
