// The web configuration under the real daemon: logins, headers, the rate limit, and what becomes of
// bad ones.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "e2e/prometheus_server.hpp"
#include "e2e/web_deployment.hpp"
#include "support/raw_server.hpp"

namespace tenantscope::e2e {
namespace {

using WebConfig = WebDeployment;

// "open sesame", at bcrypt's least cost.
const std::string users =
    "basic_auth_users:\n  alice: $2b$04$8kZ3yWqGm1nP0rS5tU7vXeE4jtxbkw.yOB5NDj.oVDVyVVNtT0O9S\n";
const std::vector<std::string> alice{"-u", "alice:open sesame"};

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != text.npos;
}

TEST_F(WebConfig, AsksForALogin) {
  start(tls + users, {"--web.enable-lifecycle"});
  for (const char* path :
       {"/", "/metrics", "/-/healthy", "/-/ready", "/api/v1/tenants", "/nothing"}) {
    const Reply refused = curl({"-i"}, path);
    EXPECT_EQ(refused.status, 401) << path;
    EXPECT_TRUE(holds(refused.body, "WWW-Authenticate: Basic ")) << refused.body;
    EXPECT_TRUE(holds(refused.body, "\r\n\r\nunauthorized\n")) << refused.body;
    EXPECT_EQ(status(alice, path), std::string(path) == "/nothing" ? 404 : 200) << path;
  }
  EXPECT_EQ(status({"-u", "alice:open sesam"}), 401);
  EXPECT_EQ(status({"-u", "bob:open sesame"}), 401);
  EXPECT_EQ(status({"-X", "POST"}, "/-/reload"), 401);
  EXPECT_EQ(status({"-u", "alice:open sesame", "-X", "POST"}, "/-/reload"), 200);
}

TEST_F(WebConfig, AsksNobodyOnTheControlSocket) {
  start(tls + users + "rate_limit: {interval: 1h, burst: 1}\n");
  const std::vector<std::string> control{"--unix-socket", deployment.storage() / "control"};
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(status(control, "http://localhost/-/healthy"), 200);
  const Finished redelivered =
      run_tenantscope({"events", "redeliver", "--storage.path=" + deployment.storage().string(),
                       "--sink=none", "--since=2020-01-01T00:00:00Z"});
  EXPECT_TRUE(holds(redelivered.err, "no sink is named `none`")) << redelivered.err;
}

TEST_F(WebConfig, ShowsAnswersBodiesToUsersAndOnTheControlSocket) {
  RawServer refusing([](RawConnection& connection) {
    while (connection.answer("403 Forbidden\r\nContent-Type: text/html\r\nSet-Cookie: s3cret",
                             "<script>alert(1)</script><title>Denied</title>"))
      continue;
  });
  deployment.configure(configuration(refusing.url(), "tenants: [{name: a.example}]\n"));
  const std::string path = "/probe?target=a.example&debug=true",
                    body = "begins with <script>alert(1)</script><title>Denied</title>\n";
  start(tls + users);
  std::vector<std::string> with_head = alice;
  with_head.emplace_back("-i");
  const std::string report = curl(with_head, path).body;
  for (const std::string& part :
       {body, std::string("Content-Type: text/plain; charset=utf-8\r\n"),
        std::string("X-Content-Type-Options: nosniff\r\n"), std::string("Set-Cookie: <redacted>\n"),
        std::string("http_status: the authority answered with status 403: text/html: Denied\n")})
    EXPECT_TRUE(holds(report, part)) << part << report;
  EXPECT_FALSE(holds(report, "s3cret")) << report;
  const std::vector<std::string> control{"--unix-socket", deployment.storage() / "control"};
  EXPECT_TRUE(holds(curl(control, "http://localhost" + path).body, body));
  deployment.stop();

  start(tls);
  const std::string others = curl({}, path).body;
  EXPECT_FALSE(holds(others, "alert")) << others;
  EXPECT_TRUE(holds(others,
                    "begins with (not shown: that wants the control socket, a login or "
                    "--web.enable-probe)\n"))
      << others;
}

TEST_F(WebConfig, LetsCommandsIn) {
  start(tls + users, {"--web.enable-lifecycle"});
  const auto client = [&](const std::string& text) {
    const std::string file = deployment.folder() / "client.yaml";
    write_file(file, text);
    return "--http.config.file=" + file;
  };
  write_file(deployment.folder() / "password", "open sesame\n");
  const std::string url = "--url=https://" + address;
  const std::string trust = "tls_config: {ca_file: " + authority.file.filename().string() + "}\n";
  const std::string good =
      client(trust + "basic_auth: {username: alice, password_file: password}\n");
  const Finished listed = run_tenantscope({"events", url, good});
  EXPECT_EQ(listed.exit_code, 0) << listed.err;
  const Finished drilled = run_tenantscope({"drill", "--tenant=a.example", "--to=USG", url, good});
  EXPECT_TRUE(holds(drilled.err, "`a.example` is not watched")) << drilled.err;
  const Finished checked = run_tenantscope({"check", "a.example", url, good});
  EXPECT_TRUE(holds(checked.out, "`a.example` is not watched")) << checked.out;

  const Finished unknown = run_tenantscope(
      {"events", url, client(trust + "basic_auth: {username: alice, password: open sesam}\n")});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_TRUE(holds(unknown.err, "it wants another login: see --http.config.file")) << unknown.err;
  EXPECT_EQ(run_tenantscope({"events", url, client("{}")}).exit_code, 1)
      << "its certificate is nobody's that is trusted";
  const Finished wrong = run_tenantscope({"events", url, client("basic_auth: {}\n")});
  EXPECT_EQ(wrong.exit_code, 78);
  EXPECT_TRUE(holds(wrong.err, "client.yaml:1:13: `basic_auth` needs a `username`")) << wrong.err;
}

TEST_F(WebConfig, LetsCommandsInByTheirCertificate) {
  make_certificate(deployment.folder(), "client", {.common_name = "command"}, &authority);
  start(tls + "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem\n");
  const std::string file = deployment.folder() / "client.yaml";
  const auto listed = [&](const std::string& text) {
    write_file(file, text);
    return run_tenantscope({"tenants", "--url=https://" + address, "--http.config.file=" + file});
  };
  const Finished shown = listed(
      "tls_config: {ca_file: ca.pem, cert_file: client.pem, key_file: client-key.pem, min_version: "
      "TLS13}\n");
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_EQ(listed("tls_config: {ca_file: ca.pem}\n").exit_code, 1);
  const Finished named = listed(
      "tls_config: {ca_file: ca.pem, cert_file: client.pem, key_file: client-key.pem, server_name: "
      "other.example}\n");
  EXPECT_EQ(named.exit_code, 1) << "the certificate isn't of that name";
}

TEST_F(WebConfig, ActsOnChangesOfUsers) {
  start(users);
  const std::string url = "http://" + address + "/metrics";
  EXPECT_EQ(status(alice, url), 200);
  configure_web("basic_auth_users:\n  bob: " + users.substr(users.find("$2b$")));
  EXPECT_TRUE(eventually([&] { return status(alice, url) == 401; })) << deployment.daemon().log();
  EXPECT_EQ(status({"-u", "bob:open sesame"}, url), 200);
  configure_web("basic_auth_users: {bob: open sesame}\n");
  EXPECT_TRUE(eventually([&] {
    EXPECT_EQ(status({"-u", "bob:open sesame"}, url), 200);
    return !lines_with(deployment.daemon().log(), {"bad web configuration"}).empty();
  }));
  EXPECT_EQ(deployment.stop(), 0);
  EXPECT_FALSE(holds(deployment.daemon().log(), "sesame")) << deployment.daemon().log();
}

TEST_F(WebConfig, SlowsDownWhoGuesses) {
  start(users);
  const std::string url = "http://" + address + "/metrics";
  EXPECT_EQ(status(alice, url), 200);
  std::map<int, int> statuses;
  for (int i = 0; i < 100 && statuses[429] == 0; ++i)
    ++statuses[status({"-u", fmt::format("alice:{}", i)}, url)];
  EXPECT_GE(statuses[401], 10);
  EXPECT_EQ(statuses[429], 1);
  EXPECT_EQ(statuses.size(), 2u);
  EXPECT_EQ(status(alice, url), 200);
}

TEST_F(WebConfig, SetsHeadersAndLimitsTheRate) {
  start(
      "http_server_config:\n  headers: {X-Frame-Options: deny, Strict-Transport-Security: "
      "max-age=60, X-Content-Type-Options: nosniff}\n"
      "rate_limit: {interval: 1h, burst: 2}\n");
  const std::string url = "http://" + address + "/metrics";
  for (const int expected : {200, 200, 429}) {
    const Reply reply = curl({"-i"}, url);
    EXPECT_EQ(reply.status, expected);
    EXPECT_TRUE(holds(reply.body, "\r\nX-Frame-Options: deny\r\n")) << reply.body;
    EXPECT_TRUE(holds(reply.body, "\r\nStrict-Transport-Security: max-age=60\r\n")) << reply.body;
    const auto first = reply.body.find("X-Content-Type-Options: nosniff");
    EXPECT_NE(first, reply.body.npos) << reply.body;
    EXPECT_EQ(reply.body.find("X-Content-Type-Options", first + 1), reply.body.npos) << reply.body;
    EXPECT_EQ(holds(reply.body, "\r\nRetry-After: 3"), expected == 429) << reply.body;
  }
}

TEST_F(WebConfig, KeepsABadOneOut) {
  const std::string bad =
      "tls_server_config: {cert_file: server.pem, key_file: none.pem}\nrate_limits: {}\n";
  configure_web(bad);
  Daemon& refused = deployment.launch({"--web.config.file=" + web_file()});
  EXPECT_EQ(refused.process().wait(), 78);
  EXPECT_EQ(lines_with(refused.log(), {"level=error msg=\"bad configuration\" finding="}).size(),
            2u)
      << refused.log();
  EXPECT_TRUE(holds(refused.log(), web_file() + ":1:54: `key_file`")) << refused.log();
  EXPECT_TRUE(holds(refused.log(),
                    web_file() + ":2:1: unknown key `rate_limits`, did you mean `rate_limit`?"))
      << refused.log();

  const Finished checked = run_tenantscope({"config", "check", "--web.config.file=" + web_file()});
  EXPECT_EQ(checked.exit_code, 78);
  EXPECT_EQ(lines_of(checked.out).size(), 2u) << checked.out;
  EXPECT_TRUE(checked.out.starts_with(web_file() + ":1:54: `key_file` `")) << checked.out;

  start(users, {"--web.enable-lifecycle"});
  const std::string url = "http://" + address;
  configure_web(bad);
  const Reply reply = curl({"-u", "alice:open sesame", "-X", "POST"}, url + "/-/reload");
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(lines_of(reply.body).size(), 2u) << reply.body;
  deployment.reload();
  EXPECT_EQ(
      lines_with(deployment.daemon().log(), {"msg=\"configuration not reloaded", "findings=2"})
          .size(),
      2u)
      << deployment.daemon().log();
  EXPECT_TRUE(
      holds(curl(alice, url + "/metrics").body, "\ntenantscope_config_last_reload_successful 0\n"));
  configure_web("{}");
  deployment.reload();
  EXPECT_TRUE(
      holds(curl({}, url + "/metrics").body, "\ntenantscope_config_last_reload_successful 1\n"));
}

TEST_F(WebConfig, IsCheckedAloneOrBesideTheOther) {
  const auto check = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"config", "check"});
    return run_tenantscope(arguments);
  };
  configure_web("rate_limit: {interval: 1s}\n");
  deployment.configure("rules: x\n");
  const std::string web =
      web_file() + ":1:13: `rate_limit` needs a `burst`: how many requests may come at once\n";
  const std::string main = deployment.config_file().string() +
                           ":1:8: `rules` has to be docs-2026, docs-2025 or seed-2022, not `x`\n";
  EXPECT_EQ(check({"--web.config.file=" + web_file()}).out, web);
  EXPECT_EQ(check({deployment.config_file().string(), "--web.config.file=" + web_file()}).out,
            main + web);
  EXPECT_EQ(check({deployment.config_file().string(), "--web.config.file=" + web_file()}).exit_code,
            78);
  configure_web(
      "tls_server_config: {cert_file: server.pem, key_file: server-key.pem, min_version: TLS10}\n");
  deployment.configure("tenants: [{name: contoso.example}]\n");
  const Finished doubtful =
      check({deployment.config_file().string(), "--web.config.file=" + web_file()});
  EXPECT_EQ(doubtful.exit_code, 0);
  EXPECT_TRUE(doubtful.out.starts_with(web_file() + ":1:83: warning: TLS10 is never spoken"))
      << doubtful.out;
  EXPECT_EQ(check({}).exit_code, 2);
}

TEST_F(WebConfig, LetsPrometheusScrape) {
  const Certificate client = make_certificate(deployment.folder(), "client",
                                              {.names = "DNS:prometheus.example"}, &authority);
  start(tls +
        "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem\n  "
        "client_allowed_sans: [prometheus.example]\n" +
        users);
  const std::string job =
      "scheme: https, tls_config: {{ca_file: ca.pem{}}}, static_configs: [{{targets: ['" + address +
      "']}}]";
  const std::string shown = ", cert_file: client.pem, key_file: client-key.pem";
  const std::string login = ", basic_auth: {username: alice, password: open sesame}";
  PrometheusServer prometheus(
      "global: {scrape_interval: 250ms, scrape_timeout: 250ms}\nscrape_configs:\n"
      "  - {job_name: both, " +
          fmt::format(fmt::runtime(job), shown) + login +
          "}\n"
          "  - {job_name: certificate, " +
          fmt::format(fmt::runtime(job), shown) +
          "}\n"
          "  - {job_name: login, " +
          fmt::format(fmt::runtime(job), "") + login + "}\n",
      {authority.file, client.file, client.key});
  EXPECT_TRUE(eventually([&] {
    return prometheus.query("tenantscope_tenants", "job") == std::vector<std::string>{"both 0"};
  })) << prometheus.process().err();
  EXPECT_TRUE(eventually([&] { return prometheus.query("up", "job").size() == 3; }));
  EXPECT_EQ(prometheus.query("max_over_time(up[5m]) == 1", "job"),
            std::vector<std::string>{"both 1"});
}

TEST_F(WebConfig, ShowsWhetherStrangersGetIn) {
  const auto exposed = [this](const std::vector<std::string>& arguments, const std::string& url) {
    return holds(curl(arguments, url + "/metrics").body, "\ntenantscope_web_exposed 1\n");
  };
  start(tls + users, {"--web.listen-address=0.0.0.0:0"});
  EXPECT_FALSE(exposed(alice, "https://" + address));
  configure_web("{}");
  EXPECT_TRUE(eventually([&] { return exposed({}, "http://" + address); }))
      << deployment.daemon().log();
  EXPECT_EQ(lines_with(deployment.daemon().log(),
                       {"other machines can reach the web server", "without=\"TLS and a login\""})
                .size(),
            1u)
      << deployment.daemon().log();
}

}  // namespace
}  // namespace tenantscope::e2e
