// A real nginx in front of the daemon, with the site that is shipped: what it lets through, and a
// real Prometheus that scrapes through it.
#include <curl/curl.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include <fmt/format.h>

#include "e2e/prometheus_server.hpp"
#include "e2e/rehearsal.hpp"
#include "e2e/tools.hpp"
#include "support/certificate.hpp"
#include "support/own_loopback.hpp"

namespace tenantscope::e2e {
namespace {

namespace fs = std::filesystem;

const fs::path site = TENANTSCOPE_SOURCE "/config/nginx-tenantscope.conf";
const fs::path scrape = TENANTSCOPE_SOURCE "/dashboards/prometheus/prometheus.yaml";

class Nginx : public testing::Test {
 protected:
  // With the lifecycle's flag the daemon itself would let anybody operate it. The other one is as
  // the site's comment says.
  void SetUp() override {
    begin({"--web.enable-lifecycle", "--web.external-url=https://tenantscope.example"});
  }

  void begin(const std::vector<std::string>& flags) {
    deployment.start(flags);
    const Finished hash = run({"/usr/bin/openssl", "passwd", "-6", "secret"});
    ASSERT_EQ(hash.exit_code, 0) << hash.err;
    write_file(folder.path() / "htpasswd", "prometheus:" + hash.out);

    std::string text =
        replaced(read_file(site), "127.0.0.1:10944", address_of(deployment.daemon().url()));
    text = replaced(text, "listen 443 ssl", fmt::format("listen {} ssl", address));
    text = replaced(text, "/etc/nginx/tenantscope.crt", certificate.file);
    text = replaced(text, "/etc/nginx/tenantscope.key", certificate.key);
    text = replaced(text, "/etc/nginx/tenantscope.htpasswd", folder.path() / "htpasswd");
    write_site(text);

    std::string around =
        "daemon off; master_process off; pid nginx.pid;\nevents {}\nhttp {\n  access_log off;\n";
    for (const char* module : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
      around += fmt::format("  {}_temp_path {};\n", module, module);
    write_file(folder.path() / "nginx.conf", around + "  include site.conf;\n}\n");
  }

  void write_site(const std::string& text) const { write_file(folder.path() / "site.conf", text); }

  std::vector<std::string> command(std::vector<std::string> flags = {}) const {
    flags.insert(flags.begin(),
                 {"-p", folder.path(), "-c", folder.path() / "nginx.conf", "-e", "stderr"});
    return tool("nginx", flags);
  }

  void start() {
    process = std::make_unique<Process>(command());
    ASSERT_TRUE(eventually([&] { return status("GET", "/-/healthy") != 0; })) << process->err();
  }

  // The status, and the body in `body`; 0 where there is no answer.
  long status(const std::string& method, const std::string& path, const std::string& user = "") {
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy(curl_easy_init(),
                                                                   curl_easy_cleanup);
    body.clear();
    curl_easy_setopt(easy.get(), CURLOPT_URL, (url() + path).c_str());
    curl_easy_setopt(easy.get(), CURLOPT_CUSTOMREQUEST, method.c_str());
    if (!user.empty())
      curl_easy_setopt(easy.get(), CURLOPT_USERPWD, user.c_str());
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(
        curl_slist_append(nullptr, ("Host: " + host).c_str()), curl_slist_free_all);
    if (!host.empty())
      curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(easy.get(), CURLOPT_CAINFO, certificate.file.c_str());
    curl_easy_setopt(easy.get(), CURLOPT_PROXY, "");
    curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT, 20L);
    curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &body);
    curl_easy_setopt(
        easy.get(), CURLOPT_WRITEFUNCTION,
        +[](char* data, std::size_t, std::size_t size, void* text) {
          static_cast<std::string*>(text)->append(data, size);
          return size;
        });
    long code = 0;
    if (curl_easy_perform(easy.get()) == CURLE_OK)
      curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &code);
    return code;
  }

  std::string url() const { return "https://" + address; }

  Simulator authority{"tenants: [{name: contoso.example, region_scope: NA}]\n"};
  Deployment deployment{configuration(authority.url(), "tenants: [{name: contoso.example}]\n")};
  TemporaryFolder folder;
  Certificate certificate = make_certificate(folder.path(), "IP:" + own_loopback());
  const std::string address = own_loopback() + ":10443";
  std::unique_ptr<Process> process;
  std::string host;  // instead of the URL's
  std::string body;
};

TEST_F(Nginx, TakesTheSiteThatIsShipped) {
  const Finished tested = run(command({"-t"}));
  EXPECT_EQ(tested.exit_code, 0) << tested.err;
  EXPECT_EQ(tested.err.find("[warn]"), std::string::npos) << tested.err;
}

TEST_F(Nginx, LetsThroughWhoHasThePasswordAndOnlyReads) {
  start();
  EXPECT_EQ(status("GET", "/metrics"), 401);
  EXPECT_EQ(status("GET", "/metrics", "prometheus:wrong"), 401);
  EXPECT_EQ(status("GET", "/metrics", "prometheus:secret"), 200);
  EXPECT_NE(body.find("tenantscope_build_info{"), std::string::npos) << body;
  EXPECT_EQ(status("GET", "/api/v1/tenants/contoso.example", "prometheus:secret"), 200);
  EXPECT_EQ(status("GET", "/-/healthy"), 200);
  EXPECT_EQ(status("GET", "/-/ready"), 401);
  for (const char* path : {"/-/reload", "/api/v1/drill", "/api/v1/redeliver", "/-/healthy"})
    EXPECT_GE(status("POST", path, "prometheus:secret"), 403) << path;
  EXPECT_EQ(lines_with(deployment.daemon().log(), {"reload"}).size(), 0)
      << deployment.daemon().log();
}

// As the site's comment says.
TEST_F(Nginx, IsKnownByItsNameWithTheFlag) {
  start();
  host = "tenantscope.example";
  EXPECT_EQ(status("GET", "/metrics", "prometheus:secret"), 200) << body;
  EXPECT_EQ(status("GET", "/-/healthy"), 200);
  host = "evil.example";
  EXPECT_EQ(status("GET", "/metrics", "prometheus:secret"), 421);
  EXPECT_NE(body.find("--web.external-url="), std::string::npos) << body;
}

// One that adds no header: whoever comes looks like this machine.
TEST_F(Nginx, WithoutItsHeadersOperatesNothing) {
  ASSERT_EQ(deployment.stop(), 0);
  begin({});
  write_site(fmt::format(
      "server {{\n  listen {} ssl;\n  ssl_certificate {};\n"
      "  ssl_certificate_key {};\n  location / {{ proxy_pass {}; }}\n}}\n",
      address, certificate.file.native(), certificate.key.native(), deployment.daemon().url()));
  start();
  EXPECT_EQ(status("GET", "/metrics"), 200);
  EXPECT_EQ(status("POST", "/-/reload"), 403);
  EXPECT_EQ(status("POST", "/api/v1/drill?tenant=contoso.example&to=USG"), 403) << body;
  EXPECT_EQ(status("POST", "/api/v1/redeliver?sink=soc&since=2026-01-01T00:00:00Z"), 403);
  EXPECT_EQ(lines_with(deployment.daemon().log(), {"logger=audit", "operation refused"}).size(), 1u)
      << deployment.daemon().log();
  EXPECT_EQ(deployment.daemon().metrics()["tenantscope_events_total{kind=\"drill\"}"], 0);
}

// As the comment of prometheus.yaml says.
TEST_F(Nginx, PrometheusScrapesThroughIt) {
  start();
  std::string config = replaced(read_file(scrape), "127.0.0.1:10944", address);
  config = replaced(config, "    # scheme: https", "    scheme: https");
  config = replaced(config, "    # tls_config:", "    tls_config:");
  config = replaced(config, "    # basic_auth:", "    basic_auth:");
  config = replaced(config, "tenantscope-ca.pem", certificate.file);
  config = replaced(config, "_interval: 1m", "_interval: 250ms");
  config =
      replaced(config, "rule_files:\n  - tenants.rules.yaml", "rule_files:\n  - none.rules.yaml");
  const fs::path password = folder.path() / "tenantscope.password";
  write_file(password, "secret");
  PrometheusServer prometheus(replaced(config, "tenantscope.password", password));
  EXPECT_TRUE(eventually([&] {
    return prometheus.query("up{job=\"tenantscope\"}", "job") ==
           std::vector<std::string>{"tenantscope 1"};
  })) << process->err();
  EXPECT_EQ(prometheus.query("tenantscope_tenants", "job"),
            std::vector<std::string>{"tenantscope 1"});
}

}  // namespace
}  // namespace tenantscope::e2e
