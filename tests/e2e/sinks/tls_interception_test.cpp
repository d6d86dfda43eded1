// A proxy that intercepts TLS, a real nginx with a certificate by an authority of its own, between
// the daemon and Microsoft: the daemon tells when the certificate ends that it is served.
#include <gtest/gtest.h>

#include <csignal>
#include <ctime>
#include <filesystem>

#include <fmt/format.h>

#include "e2e/rehearsal.hpp"
#include "e2e/tools.hpp"
#include "support/certificate.hpp"
#include "support/own_loopback.hpp"

namespace tenantscope::e2e {
namespace {

namespace fs = std::filesystem;

class TlsInterception : public testing::Test {
 protected:
  void SetUp() override {
    certify(40);
    std::string config =
        "daemon off; user root; pid nginx.pid;\nevents {}\nhttp {\n  access_log off;\n";
    for (const char* module : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
      config += fmt::format("  {}_temp_path {};\n", module, module);
    config += fmt::format(
        "  keepalive_requests 5;\n  server {{\n    listen {} ssl;\n    ssl_certificate {};\n"
        "    ssl_certificate_key {};\n    location / {{ proxy_pass {}; }}\n  }}\n}}\n",
        address, certificate.file.native(), certificate.key.native(), authority.url());
    write_file(folder / "nginx.conf", config);
    nginx = std::make_unique<Process>(
        tool("nginx", {"-p", folder, "-c", folder / "nginx.conf", "-e", "stderr"}));
    ASSERT_TRUE(eventually([&] { return fs::exists(folder / "nginx.pid") || nginx->ended(); }));
    ASSERT_FALSE(nginx->ended()) << nginx->err();
    deployment.configure(
        replaced(configuration("https://" + address, "tenants: [{name: contoso.example}]\n"),
                 "global: {", "global: {tls_config: {ca_file: ca.pem}, "));
    deployment.start();
  }

  // Its worker would outlive one that is killed.
  void TearDown() override {
    if (!nginx || nginx->ended())
      return;
    nginx->signal(SIGTERM);
    EXPECT_EQ(nginx->wait(), 0) << nginx->err();
  }

  // Another one in the place of the one before.
  void certify(int days) {
    certificate = make_certificate(folder, "proxy", {.names = "IP:" + own_loopback(), .days = days},
                                   &certificate_authority);
  }

  // As openssl says of the file, in seconds since 1970.
  double end() const {
    const Finished shown = run({"/usr/bin/openssl", "x509", "-noout", "-enddate", "-dateopt",
                                "iso_8601", "-in", certificate.file});
    std::tm time{};
    EXPECT_TRUE(::strptime(shown.out.c_str(), "notAfter=%Y-%m-%d %H:%M:%SZ", &time))
        << shown.out << shown.err;
    return double(::timegm(&time));
  }

  bool comes_to_show(double value) {
    return eventually([&] {
      return deployment.daemon().metrics()
                 ["tenantscope_authority_certificate_expiry_timestamp_seconds{asked=\"global\"}"] ==
             value;
    });
  }

  Deployment deployment{""};
  const fs::path folder = deployment.folder();
  // Over TLS itself, with a certificate that ends later.
  Simulator authority{"tenants: [{name: contoso.example, region_scope: NA}]\n",
                      {"--tls.directory=" + (folder / "authority").string()}};
  Certificate certificate_authority = make_certificate(
      folder, "ca", {.days = 100, .authority = true, .common_name = "the proxy's authority"});
  Certificate certificate;
  const std::string address = own_loopback() + ":10443";
  std::unique_ptr<Process> nginx;
};

TEST_F(TlsInterception, ShowsWhenTheProxysCertificateEnds) {
  EXPECT_TRUE(comes_to_show(end())) << deployment.daemon().log() << nginx->err();
  EXPECT_EQ(deployment.daemon().metrics()[tenant_series("up", "contoso.example")], 1);

  const double before = end();
  certify(50);
  ASSERT_GT(end(), before);
  nginx->signal(SIGHUP);
  EXPECT_TRUE(comes_to_show(end())) << "not of the next connection\n"
                                    << deployment.daemon().log() << nginx->err();
}

}  // namespace
}  // namespace tenantscope::e2e
