// Who may do what over HTTP: a browser's page, a name that was rebound, a program of this machine,
// a user; and what the audit log says of them.
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include <fmt/format.h>

#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

// "open sesame", at bcrypt's least cost.
const std::string users =
    "basic_auth_users:\n  alice: $2b$04$8kZ3yWqGm1nP0rS5tU7vXeE4jtxbkw.yOB5NDj.oVDVyVVNtT0O9S\n";
const std::string alice = "Authorization: Basic YWxpY2U6b3BlbiBzZXNhbWU=";
const std::string wrong = "Authorization: Basic YWxpY2U6eA==";  // alice:x

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != text.npos;
}

class WhoMay : public testing::Test {
 protected:
  void start(std::vector<std::string> flags = {}, const std::string& web = "") {
    if (!web.empty()) {
      write_file(deployment.folder() / "web.yaml", web);
      flags.push_back("--web.config.file=" + (deployment.folder() / "web.yaml").string());
    }
    deployment.start(flags);
  }
  HttpAnswer get(const std::string& path, const std::vector<std::string>& headers = {}) {
    return http_get(deployment.daemon().url() + path, headers);
  }
  HttpAnswer post(const std::string& path, const std::vector<std::string>& headers = {}) {
    return http("POST", deployment.daemon().url() + path, "", headers);
  }
  double metric(const std::string& series) {
    return deployment.daemon().metrics()[series].value_or(-1);
  }
  bool logs(const std::vector<std::string>& needles) {
    return eventually([&] { return !lines_with(deployment.daemon().log(), needles).empty(); });
  }
  Finished drill(const std::string& where) {
    return run_tenantscope({"drill", "--tenant=contoso.example", "--to=USG", where});
  }

  const std::string drill_path = "/api/v1/drill?tenant=contoso.example&to=USG";
  Simulator authority{"tenants: [{name: contoso.example, region_scope: NA}]\n"};
  Deployment deployment{
      configuration(authority.url(), "tenants: [{name: contoso.example, interval: 1h}]\n")};
};

TEST_F(WhoMay, OfAForeignPageNothingIsAskedAndNothingDone) {
  start({"--web.enable-lifecycle", "--web.enable-probe"});
  ASSERT_TRUE(eventually([&] { return authority.requests("contoso.example") > 0; }));
  const auto before = authority.requests("contoso.example");
  for (const std::string site : {"Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site"}) {
    for (const char* path :
         {"/probe?target=contoso.example", "/api/v1/lookup?tenant=contoso.example",
          "/api/v1/explain?host=other.example&guest=contoso.example"}) {
      const HttpAnswer refused = get(path, {site});
      EXPECT_EQ(refused.status, 403) << path;
      EXPECT_TRUE(holds(refused.body, "a page of another site or port")) << refused.body;
    }
    EXPECT_EQ(post(drill_path, {site}).status, 403);
  }
  EXPECT_EQ(post(drill_path, {"Origin: https://evil.example"}).status, 403);
  EXPECT_EQ(post("/-/reload", {"Origin: null"}).status, 403);
  EXPECT_EQ(authority.requests("contoso.example"), before);
  EXPECT_EQ(metric("tenantscope_events_total{kind=\"drill\"}"), 0);
  for (const std::string site : {"Sec-Fetch-Site: none", "Sec-Fetch-Site: same-origin"})
    EXPECT_EQ(get("/probe?target=contoso.example", {site}).status, 200);
}

TEST_F(WhoMay, ByANameThatWasReboundNothingIsRead) {
  start({"--web.external-url=https://Tenantscope.example/x", "--web.allowed-host=one.example",
         "--web.allowed-host=two"});
  for (const std::string host : {"evil.example", "evil.example:10944"}) {
    const HttpAnswer refused = get("/config", {"Host: " + host});
    EXPECT_EQ(refused.status, 421);
    EXPECT_TRUE(holds(refused.body, "--web.external-url=")) << refused.body;
    EXPECT_TRUE(holds(refused.body, "--web.allowed-host=")) << refused.body;
  }
  for (const std::string host :
       {"tenantscope.example", "one.example:443", "TWO", "localhost:1", "127.0.0.1", "[::1]:1"})
    EXPECT_EQ(get("/-/healthy", {"Host: " + host}).status, 200) << host;
  EXPECT_EQ(metric("tenantscope_web_refused_total{reason=\"host\"}"), 2);
  EXPECT_EQ(metric("tenantscope_web_requests_total{code=\"421\"}"), 2);
  EXPECT_TRUE(logs({"web clients are refused", "reason=host"}));
}

TEST_F(WhoMay, ByAnyNameWhereOtherMachinesConnect) {
  start({"--web.listen-address=0.0.0.0:0"});
  const std::string line = deployment.daemon().process().await_line("address=0.0.0.0:");
  const std::string url = "http://127.0.0.1" + line.substr(line.rfind(':'));
  EXPECT_EQ(http_get(url + "/-/healthy", {"Host: tenantscope.internal"}).status, 200);
}

TEST_F(WhoMay, AProgramOfThisMachineReadsAndAsksButOperatesByTheControlSocketOnly) {
  start();
  EXPECT_EQ(get("/metrics").status, 200);
  EXPECT_EQ(get("/api/v1/lookup?tenant=contoso.example").status, 200);
  for (const std::string& path :
       {std::string("/-/reload"), drill_path,
        std::string("/api/v1/redeliver?sink=soc&since=2026-01-01T00:00:00Z")}) {
    const HttpAnswer refused = post(path);
    EXPECT_EQ(refused.status, 403) << path;
    EXPECT_TRUE(holds(refused.body, "--web.enable-lifecycle")) << refused.body;
  }
  const Finished by_url = drill("--url=" + deployment.daemon().url());
  EXPECT_EQ(by_url.exit_code, 1);
  EXPECT_TRUE(holds(by_url.err, "--storage.path")) << by_url.err;
  EXPECT_EQ(drill("--storage.path=" + deployment.storage().string()).exit_code, 0);
  EXPECT_TRUE(
      logs({"level=info msg=\"operation\" logger=audit operation=drill "
            "tenant=contoso.example to=USG",
            fmt::format(" peer=control uid={} outcome=done", ::getuid())}));
  EXPECT_TRUE(logs(
      {"level=warn msg=\"operation refused\" logger=audit peer=127.", "operation=reload count=1"}));
  EXPECT_EQ(deployment.stop(), 0);
  EXPECT_TRUE(logs({"operation refused", "operation=drill count=3"})) << deployment.daemon().log();
}

TEST_F(WhoMay, AUserOperates) {
  start({"--log.format=json"}, users);
  EXPECT_EQ(post(drill_path).status, 401);
  EXPECT_EQ(post(drill_path, {alice}).status, 200);
  EXPECT_EQ(post("/-/reload", {alice}).status, 200);
  deployment.daemon().process().signal(SIGHUP);
  EXPECT_TRUE(
      logs({R"("logger":"audit","operation":"reload","signal":"SIGHUP","outcome":"done"})"}));
  EXPECT_TRUE(logs({R"("logger":"audit","operation":"drill",)", R"("user":"alice","peer":"127.)",
                    R"("outcome":"done","status":"200"})"}));
}

TEST_F(WhoMay, WrongLoginsAreCountedAndTold) {
  start({"--log.format=json"}, users);
  EXPECT_EQ(get("/metrics").status, 401) << "no login was tried";
  int failed = 0;
  while (failed < 100 && get("/metrics", {wrong}).status == 401)
    ++failed;
  EXPECT_GE(failed, 10);
  EXPECT_EQ(get("/metrics", {"Authorization: Basic Ym9iOng="}).status, 401) << "bob isn't locked";
  ++failed;
  std::string text;
  EXPECT_TRUE(eventually([&] {
    const HttpAnswer answer = get("/metrics", {alice});
    text = answer.body;
    return answer.status == 200;
  })) << "locked out for longer than five seconds";
  const Metrics metrics(text);
  EXPECT_EQ(metrics["tenantscope_web_logins_total{result=\"failure\"}"], failed);
  EXPECT_GE(metrics["tenantscope_web_logins_total{result=\"locked\"}"], 1);
  EXPECT_EQ(metrics["tenantscope_web_logins_total{result=\"success\"}"], 1);
  EXPECT_EQ(metrics["tenantscope_web_requests_total{code=\"401\"}"], failed + 1);
  EXPECT_EQ(deployment.stop(), 0);
  int told = 0;
  for (const std::string& line :
       lines_with(deployment.daemon().log(), {R"("level":"warn","msg":"login refused",)"})) {
    EXPECT_TRUE(holds(line, R"("logger":"audit","peer":"127.)")) << line;
    EXPECT_TRUE(holds(line, R"("user":"alice")")) << line;
    told += std::stoi(text_at(parsed(line), "/failed"));
  }
  EXPECT_EQ(told, failed) << deployment.daemon().log();
}

TEST_F(WhoMay, IsSaidByFlagsThatAreRead) {
  for (const auto& [flag, why] :
       {std::pair("--web.external-url=tenantscope.example", "has to begin with https://"),
        std::pair("--web.external-url=https://a:b@x.example", "user or password"),
        std::pair("--web.allowed-host=https://x.example", "is no host's name"),
        std::pair("--web.allowed-host=x.example:80", "is no host's name"),
        std::pair("--web.allowed-host=x.example/y", "is no host's name")}) {
    const Finished refused = run_tenantscope({"serve", flag});
    EXPECT_EQ(refused.exit_code, 2) << flag;
    EXPECT_TRUE(holds(refused.err, why)) << refused.err;
  }
}

}  // namespace
}  // namespace tenantscope::e2e
