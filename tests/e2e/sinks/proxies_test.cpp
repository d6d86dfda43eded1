// How a daemon gets out where it isn't let out freely: a real proxy with a login, and a real nginx
// that wants certificates of its clients, in front of an authority, a list and a sink.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/value.hpp>
#include <csignal>
#include <filesystem>

#include <fmt/format.h>

#include "e2e/receiver.hpp"
#include "e2e/rehearsal.hpp"
#include "e2e/tools.hpp"
#include "support/certificate.hpp"
#include "support/own_loopback.hpp"

namespace tenantscope::e2e {
namespace {

namespace fs = std::filesystem;

class Proxies : public testing::Test {
 protected:
  void SetUp() override {
    write_file(folder / "proxy.password", "open-sesame\n");
    write_file(folder / "list.yaml", "- {name: listed.example}\n");
    start_proxy();
    start_nginx();
    configure();
  }

  // Its worker would outlive one that is killed.
  void TearDown() override {
    if (!nginx)
      return;
    nginx->signal(SIGTERM);
    EXPECT_EQ(nginx->wait(), 0) << nginx->err();
  }

  void start_proxy() {
    write_file(folder / "tinyproxy.conf",
               fmt::format("Port 13128\nListen {}\nTimeout 60\nMaxClients 100\nLogLevel Info\n"
                           "BasicAuth scope open-sesame\n",
                           own_loopback()));
    proxy = std::make_unique<Process>(tool("tinyproxy", {"-d", "-c", folder / "tinyproxy.conf"}));
    ASSERT_TRUE(eventually([&] {
      return proxy->ended() ||
             !lines_with(proxy->out() + proxy->err(), {"Accepting connections"}).empty();
    }));
    ASSERT_FALSE(proxy->ended()) << proxy->err() << proxy->out();
  }

  void start_nginx() {
    std::string config =
        "daemon off; user root; pid nginx.pid;\nevents {}\nhttp {\n  access_log off;\n";
    for (const char* module : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
      config += fmt::format("  {}_temp_path {};\n", module, module);
    config += fmt::format(
        "  server {{\n    listen {};\n    ssl_certificate {};\n    ssl_certificate_key {};\n"
        "    ssl_client_certificate {};\n    ssl_verify_client on;\n    root {};\n"
        "    location = /list.yaml {{ }}\n    location /hook {{ proxy_pass {};\n"
        "      proxy_set_header X-Client $ssl_client_s_dn; }}\n  }}\n}}\n",
        address + " ssl", server.file.native(), server.key.native(), authorities.file.native(),
        folder.native(), receiver.url("/hook"));
    write_file(folder / "nginx.conf", config);
    nginx = std::make_unique<Process>(
        tool("nginx", {"-p", folder, "-c", folder / "nginx.conf", "-e", "stderr"}));
    ASSERT_TRUE(eventually([&] { return fs::exists(folder / "nginx.pid") || nginx->ended(); }));
    ASSERT_FALSE(nginx->ended()) << nginx->err();
  }

  std::string workers() const {
    return read_file(fmt::format("/proc/{0}/task/{0}/children", nginx->pid()));
  }
  // Whom the worker of before answers, it answers as before. REQUIRES: nobody is connected.
  void renew_nginx() {
    const std::string before = workers();
    nginx->signal(SIGHUP);
    ASSERT_TRUE(eventually([&] {
      const std::string now = workers();
      return std::ranges::count(now, ' ') == 1 && now != before;
    }));
  }

  // `own`: what the settings of list and sink have beside the proxy's.
  void configure(const std::string& own =
                     "tls_config: {ca_file: ca.pem, cert_file: client.pem, key_file: "
                     "client-key.pem}") {
    const std::string by_proxy =
        fmt::format("proxy_url: \"http://{}:13128\", {}", own_loopback(), login);
    const std::string rest = fmt::format(
        "tenants: [{{name: contoso.example}}]\n"
        "tenant_urls: [{{url: \"https://{0}/list.yaml\", interval: 1s, {1}{2}}}]\n"
        "events: {{sinks: [{{name: soc, webhook: {{url: \"https://{0}/hook\", {1}{2}}}}}]}}\n",
        address, by_proxy, own);
    deployment.configure(
        replaced(configuration(authority.url(), rest), "global: {",
                 "global: {" + by_proxy + "tls_config: {ca_file: authority/ca.pem}, "));
  }

  void put_client(const std::string& name) {
    const Certificate made = make_certificate(folder, "made", {.common_name = name}, &authorities);
    fs::rename(made.key, folder / "client-key.pem");
    fs::rename(made.file, folder / "client.pem");
  }

  bool up(const std::string& tenant) {
    return eventually(
        [&] { return deployment.daemon().metrics()[tenant_series("up", tenant)] == 1; });
  }
  bool received(std::size_t count) {
    return eventually([&] { return receiver.posts().size() >= count; });
  }
  bool logged(const std::vector<std::string>& parts) {
    return eventually([&] { return !lines_with(deployment.daemon().log(), parts).empty(); });
  }
  void drill() {
    const Finished drilled = run_tenantscope({"drill", "--tenant=contoso.example", "--to=USG",
                                              "--storage.path=" + deployment.storage().string()});
    ASSERT_EQ(drilled.exit_code, 0) << drilled.err;
  }

  // Of the settings of an authority, a list and a sink, for the proxy.
  std::string login = "proxy_basic_auth: {username: scope, password_file: proxy.password}, ";
  Deployment deployment{""};
  const fs::path folder = deployment.folder();
  Simulator authority{
      "tenants: [{name: contoso.example, region_scope: NA}, "
      "{name: listed.example, region_scope: EU}]\n",
      {"--tls.directory=" + (folder / "authority").string()}};
  Certificate authorities =
      make_certificate(folder, "ca", {.authority = true, .common_name = "the authority"});
  Certificate server =
      make_certificate(folder, "server", {.names = "IP:" + own_loopback()}, &authorities);
  Receiver receiver;
  const std::string address = own_loopback() + ":10443";
  std::unique_ptr<Process> proxy, nginx;
};

TEST_F(Proxies, LeadToAnAuthorityAListAndASink) {
  put_client("first");
  deployment.start();
  EXPECT_TRUE(up("contoso.example")) << deployment.daemon().log() << proxy->out();
  EXPECT_TRUE(up("listed.example")) << deployment.daemon().log();
  ASSERT_TRUE(received(2)) << deployment.daemon().log();
  EXPECT_EQ(receiver.posts().front().header("x-client"), "CN=first");
  const std::string log = proxy->out() + proxy->err();
  for (const std::string& place : {address, authority.address()})
    EXPECT_FALSE(lines_with(log, {"CONNECT " + place}).empty()) << place << "\n" << log;
}

TEST_F(Proxies, ThatWantAnotherLoginAreToldOfAndAskedAgain) {
  put_client("first");
  write_file(folder / "proxy.password", "open-sesam\n");
  deployment.start();
  const std::string wanted = fmt::format(
      "the proxy http://{}:13128 refuses the login (401): see `proxy_basic_auth`", own_loopback());
  EXPECT_TRUE(logged({"tenant list not fetched", wanted})) << deployment.daemon().log();
  ASSERT_TRUE(eventually([&] {
    return deployment.daemon().api("/api/v1/tenants/contoso.example").at("failure") == "connect";
  }));
  write_file(folder / "proxy.password", "open-sesame\n");
  EXPECT_TRUE(up("contoso.example")) << deployment.daemon().log();
  EXPECT_TRUE(up("listed.example")) << deployment.daemon().log();
  EXPECT_TRUE(received(2)) << deployment.daemon().log();
  EXPECT_EQ(deployment.daemon().log().find("open-sesam"), std::string::npos);
}

TEST_F(Proxies, ThatWantALoginAreToldOf) {
  put_client("first");
  login = "";
  configure();
  deployment.start();
  const std::string wanted = fmt::format(
      "the proxy http://{}:13128 wants a login (407): write `proxy_basic_auth`", own_loopback());
  EXPECT_TRUE(logged({"tenant list not fetched", wanted})) << deployment.daemon().log();
  EXPECT_TRUE(logged({"probe failed", "reason=connect", wanted})) << deployment.daemon().log();
  drill();
  EXPECT_TRUE(logged({"sink=soc", wanted})) << deployment.daemon().log();
}

TEST_F(Proxies, TakeACertificateThatIsRotated) {
  put_client("first");
  deployment.start();
  ASSERT_TRUE(received(2)) << deployment.daemon().log();
  put_client("second");
  drill();
  ASSERT_TRUE(received(3)) << deployment.daemon().log();
  EXPECT_EQ(receiver.posts().back().header("x-client"), "CN=second");
}

TEST_F(Proxies, LeadNowhereWithoutACertificate) {
  configure("tls_config: {ca_file: ca.pem}");
  deployment.start();
  EXPECT_TRUE(logged({"tenant list not fetched", "HTTP status 400"})) << deployment.daemon().log();
  EXPECT_TRUE(up("contoso.example"));
  EXPECT_TRUE(logged({"sink=soc", "answered with status 400"})) << deployment.daemon().log();
  EXPECT_EQ(receiver.posts().size(), 0u);
}

TEST_F(Proxies, AreNotTrustedWithAServerWhoseCertificateHasEnded) {
  put_client("first");
  make_certificate(folder, "server", {.names = "IP:" + own_loopback(), .days = -1}, &authorities);
  renew_nginx();
  deployment.start();
  EXPECT_TRUE(logged({"sink=soc", "certificate has expired"})) << deployment.daemon().log();
  EXPECT_EQ(receiver.posts().size(), 0u);
  make_certificate(folder, "server", {.names = "IP:" + own_loopback()}, &authorities);
  nginx->signal(SIGHUP);
  EXPECT_TRUE(received(1)) << deployment.daemon().log();
}

}  // namespace
}  // namespace tenantscope::e2e
