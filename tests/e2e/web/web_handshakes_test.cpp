// Who gets through TLS handshakes with the daemon, as curl and openssl find out.
#include <gtest/gtest.h>

#include "e2e/web_deployment.hpp"

namespace tenantscope::e2e {
namespace {

using WebHandshakes = WebDeployment;

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != text.npos;
}

TEST_F(WebHandshakes, ServeBothClients) {
  start(tls);
  EXPECT_EQ(curl().body, "tenantscope is healthy\n");
  EXPECT_EQ(status({"--http2"}), 200);
  EXPECT_EQ(status({"--http1.0"}), 200);
  const std::string said = s_client();
  EXPECT_TRUE(holds(said, "Protocol version: TLSv1.3")) << said;
  EXPECT_TRUE(holds(said, "Verification: OK")) << said;
  EXPECT_TRUE(holds(said, "HTTP/1.1 200 OK")) << said;
  EXPECT_TRUE(holds(s_client({"-alpn", "h2,http/1.1"}), "HTTP/1.1 200"));
  EXPECT_TRUE(holds(s_client({"-alpn", "h2"}), "no application protocol"));
  const Certificate other = make_certificate(deployment.folder(), "other-ca", {.authority = true});
  EXPECT_TRUE(holds(curl({"--cacert", other.file}).error, "certificate"))
      << "trusted the wrong authority";
}

TEST_F(WebHandshakes, FollowTheClientPolicy) {
  const Certificate trusted = make_certificate(deployment.folder(), "trusted",
                                               {.names = "DNS:prometheus.example"}, &authority);
  const Certificate named =
      make_certificate(deployment.folder(), "named",
                       {.names = "DNS:x.example,URI:spiffe://here/prometheus"}, &authority);
  const Certificate untrusted =
      make_certificate(deployment.folder(), "untrusted", {.names = "DNS:prometheus.example"});
  const std::string ca = "  client_ca_file: ca.pem\n";
  struct Row {
    std::string more;
    bool none, wrong, right, other_name;
  };
  const std::vector<Row> rows{
      {"  client_auth_type: NoClientCert\n", true, true, true, true},
      {"  client_auth_type: RequestClientCert\n", true, true, true, true},
      {"  client_auth_type: RequireAnyClientCert\n", false, true, true, true},
      {"  client_auth_type: VerifyClientCertIfGiven\n" + ca, true, false, true, true},
      {"  client_auth_type: RequireAndVerifyClientCert\n" + ca, false, false, true, true},
      {"  client_auth_type: RequireAndVerifyClientCert\n" + ca +
           "  client_allowed_sans: [prometheus.example]\n",
       false, false, true, false},
      {"  client_auth_type: RequireAndVerifyClientCert\n" + ca +
           "  client_allowed_sans: ['spiffe://here/prometheus']\n",
       false, false, false, true},
  };
  start(tls);
  for (const auto& [more, none, wrong, right, other_name] : rows) {
    configure_web(tls + more);
    deployment.reload();
    for (const char* version : {"1.2", "1.3"}) {
      const auto lets_in = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {"--tls-max", version});
        return status(arguments) == 200;
      };
      EXPECT_EQ(lets_in({}), none) << more << version;
      EXPECT_EQ(lets_in(shows(untrusted)), wrong) << more << version;
      EXPECT_EQ(lets_in(shows(trusted)), right) << more << version;
      EXPECT_EQ(lets_in(shows(named)), other_name) << more << version;
    }
    const auto with = [](const Certificate& certificate) {
      return std::vector<std::string>{"-cert", certificate.file, "-key", certificate.key};
    };
    EXPECT_EQ(holds(s_client(), "HTTP/1.1 200"), none) << more;
    EXPECT_EQ(holds(s_client(with(untrusted)), "HTTP/1.1 200"), wrong) << more;
    EXPECT_EQ(holds(s_client(with(trusted)), "HTTP/1.1 200"), right) << more;
  }
}

TEST_F(WebHandshakes, SpeakTheConfiguredVersions) {
  const auto speaks = [this](const std::string& version) {
    return holds(s_client({version}), "HTTP/1.1 200");
  };
  start(tls);
  EXPECT_TRUE(speaks("-tls1_2"));
  EXPECT_TRUE(speaks("-tls1_3"));
  EXPECT_FALSE(holds(s_client({"-tls1_1", "-cipher", "ALL:@SECLEVEL=0"}), "HTTP/1.1 200"));
  configure_web(tls + "  min_version: TLS13\n");
  deployment.reload();
  EXPECT_FALSE(speaks("-tls1_2"));
  EXPECT_TRUE(speaks("-tls1_3"));
  configure_web(tls + "  max_version: TLS12\n");
  deployment.reload();
  EXPECT_TRUE(speaks("-tls1_2"));
  EXPECT_FALSE(speaks("-tls1_3"));
}

TEST_F(WebHandshakes, UseTheConfiguredSuitesAndCurves) {
  start(tls +
        "  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, "
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]\n  curve_preferences: [CurveP384]\n");
  const std::vector<std::string> both{
      "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"};
  EXPECT_TRUE(holds(s_client(both), "Ciphersuite: ECDHE-ECDSA-AES256-GCM-SHA384"))
      << s_client(both);
  EXPECT_FALSE(
      holds(s_client({"-tls1_2", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"}), "HTTP/1.1 200"));
  EXPECT_TRUE(holds(s_client({"-groups", "P-384"}), "HTTP/1.1 200"));
  EXPECT_FALSE(holds(s_client({"-groups", "X25519"}), "HTTP/1.1 200"));
  configure_web(tls +
                "  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, "
                "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]\n  prefer_server_cipher_suites: false\n");
  deployment.reload();
  EXPECT_TRUE(holds(s_client(both), "Ciphersuite: ECDHE-ECDSA-AES128-GCM-SHA256"));
  EXPECT_TRUE(holds(s_client({"-groups", "X25519"}), "HTTP/1.1 200"));
}

TEST_F(WebHandshakes, AreExplainedToWhoSpeaksPlainHttp) {
  start(tls);
  const Reply reply = curl({}, "http://" + address + "/metrics");
  EXPECT_EQ(reply.status, 400) << reply.error;
  EXPECT_TRUE(holds(reply.body, "HTTPS")) << reply.body;
  EXPECT_EQ(status(), 200);
}

TEST_F(WebHandshakes, ShowANewCertificateAndKeepTheLastGoodOne) {
  start(tls);
  const Certificate next_authority = make_certificate(
      deployment.folder(), "next-ca", {.authority = true, .common_name = "the next authority"});
  const Certificate next =
      make_certificate(deployment.folder(), "next", {.names = "IP:127.0.0.1"}, &next_authority);
  const auto trusted_by = [this](const Certificate& one) {
    return status({"--cacert", one.file}) == 200;
  };
  const auto logged = [this](const std::string& needle) {
    return lines_with(deployment.daemon().log(), {needle}).size();
  };
  EXPECT_TRUE(trusted_by(authority));

  configure_web("tls_server_config: {cert_file: next.pem, key_file: next-key.pem}\n");
  EXPECT_TRUE(eventually([&] { return trusted_by(next_authority); })) << deployment.daemon().log();
  EXPECT_FALSE(trusted_by(authority));

  replace("next.pem", "no certificate\n");
  EXPECT_TRUE(eventually([&] {
    return trusted_by(next_authority) &&
           logged("web configuration not reloaded; the last good one stays") == 1;
  })) << deployment.daemon().log();
  EXPECT_EQ(logged("bad web configuration"), 1u);
  EXPECT_EQ(lines_with(deployment.daemon().log(),
                       {"web.yaml:1:32: `cert_file`", "holds no certificate in PEM form"})
                .size(),
            1u);
  replace("next.pem", read_file(server.file));
  EXPECT_TRUE(trusted_by(next_authority));
  replace("next-key.pem", read_file(server.key));
  EXPECT_TRUE(eventually([&] { return trusted_by(authority); })) << deployment.daemon().log();
  EXPECT_EQ(logged("web configuration good again"), 1u);
  EXPECT_EQ(logged("bad web configuration"), 1u);
  EXPECT_EQ(deployment.stop(), 0);
}

TEST_F(WebHandshakes, ComeAndGoWhileItRuns) {
  start("{}");
  const std::string plain = "http://" + address + "/-/healthy";
  EXPECT_EQ(status({}, plain), 200);
  EXPECT_EQ(status(), 0);
  configure_web(tls);
  EXPECT_TRUE(eventually([&] { return status() == 200; })) << deployment.daemon().log();
  EXPECT_EQ(status({}, plain), 400);
  configure_web("{}");
  EXPECT_TRUE(eventually([&] { return status({}, plain) == 200; })) << deployment.daemon().log();
}

}  // namespace
}  // namespace tenantscope::e2e
