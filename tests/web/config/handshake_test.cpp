// What the TLS that a web configuration comes to does at handshakes, here with OpenSSL on both
// sides, in memory.
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <optional>

#include "web/config/web_config_folder.hpp"
#include "web/tls/client_policy.hpp"

namespace tenantscope {
namespace {

struct Client {
  const Certificate* certificate = nullptr;
  int version = 0;  // 0: any
  std::string ciphers;
  std::string groups;
  std::string protocols;  // as ALPN has them on the wire
};

// What came of a handshake, as the client sees it.
struct Outcome {
  int version = 0;
  std::string cipher;
  std::string group;
  std::string protocol;
  int chain = 0;
  bool resumable = false;
  std::string client;  // whom the server trusts
};

class WebHandshake : public testing::Test {
 protected:
  // nullopt: it failed, at either side.
  std::optional<Outcome> connect(const std::string& config, const Client& client = {}) {
    folder.write("c", config);
    const LoadedWebConfig loaded = folder.load_web();
    EXPECT_EQ(folder.shown(loaded.errors), std::vector<std::string>{});
    if (!loaded.config.tls)
      return std::nullopt;
    return shake_hands(*loaded.config.tls, client);
  }

  std::optional<Outcome> shake_hands(SSL_CTX& tls, const Client& wish) {
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> client_tls(
        SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
    SSL_CTX_set_session_cache_mode(client_tls.get(), SSL_SESS_CACHE_CLIENT);
    const std::unique_ptr<SSL, decltype(&SSL_free)> client(SSL_new(client_tls.get()), &SSL_free);
    const std::unique_ptr<SSL, decltype(&SSL_free)> server(SSL_new(&tls), &SSL_free);
    if (wish.version)
      SSL_set_min_proto_version(client.get(), wish.version),
          SSL_set_max_proto_version(client.get(), wish.version);
    if (!wish.ciphers.empty())
      SSL_set_cipher_list(client.get(), wish.ciphers.c_str());
    if (!wish.groups.empty())
      SSL_set1_groups_list(client.get(), wish.groups.c_str());
    if (!wish.protocols.empty())
      SSL_set_alpn_protos(client.get(),
                          reinterpret_cast<const unsigned char*>(wish.protocols.data()),
                          unsigned(wish.protocols.size()));
    if (wish.certificate) {
      SSL_use_certificate_file(client.get(), wish.certificate->file.c_str(), SSL_FILETYPE_PEM);
      SSL_use_PrivateKey_file(client.get(), wish.certificate->key.c_str(), SSL_FILETYPE_PEM);
    }
    BIO* one = nullptr;
    BIO* other = nullptr;
    BIO_new_bio_pair(&one, 0, &other, 0);
    SSL_set_bio(client.get(), one, one);
    SSL_set_bio(server.get(), other, other);
    SSL_set_connect_state(client.get());
    SSL_set_accept_state(server.get());
    int here = 0;
    int there = 0;
    for (int i = 0; i < 20 && !(here == 1 && there == 1); ++i)
      here = SSL_do_handshake(client.get()), there = SSL_do_handshake(server.get());
    ERR_clear_error();
    if (here != 1 || there != 1)
      return std::nullopt;
    return outcome(client.get(), server.get());
  }

  WebConfigFolder folder;

 private:
  static Outcome outcome(SSL* client, SSL* server) {
    char byte = 'x';
    std::size_t moved = 0;
    SSL_write_ex(server, &byte, 1, &moved);
    SSL_read_ex(client, &byte, 1, &moved);  // tickets of TLS 1.3 come with it
    Outcome result{.version = SSL_version(client), .cipher = SSL_get_cipher_name(client)};
    if (const int group = int(SSL_get_negotiated_group(server)))
      result.group = SSL_group_to_name(server, group);
    const unsigned char* protocol = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(client, &protocol, &size);
    if (size > 0)
      result.protocol.assign(reinterpret_cast<const char*>(protocol), size);
    result.chain = sk_X509_num(SSL_get_peer_cert_chain(client));
    result.resumable = SSL_SESSION_is_resumable(SSL_get_session(client)) == 1;
    result.client = trusted_client(*server);
    return result;
  }
};

std::string tls(const std::string& more) { return server_pair + "  " + more + "\n"; }

TEST_F(WebHandshake, SpeaksTls12And13AndNothingOlder) {
  EXPECT_EQ(connect(server_pair)->version, TLS1_3_VERSION);
  EXPECT_EQ(connect(server_pair, {.version = TLS1_2_VERSION})->version, TLS1_2_VERSION);
  EXPECT_FALSE(connect(server_pair, {.version = TLS1_1_VERSION, .ciphers = "ALL:@SECLEVEL=0"}));
  EXPECT_FALSE(connect(tls("min_version: TLS10"),
                       {.version = TLS1_1_VERSION, .ciphers = "ALL:@SECLEVEL=0"}));
  EXPECT_FALSE(connect(tls("min_version: TLS13"), {.version = TLS1_2_VERSION}));
  EXPECT_EQ(connect(tls("max_version: TLS12"))->version, TLS1_2_VERSION);
  EXPECT_FALSE(connect(tls("max_version: TLS12"), {.version = TLS1_3_VERSION}));
}

TEST_F(WebHandshake, OffersTheChosenSuitesInTheirOrder) {
  const std::string chosen =
      tls("cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, "
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]");
  Client client{.version = TLS1_2_VERSION,
                .ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"};
  EXPECT_EQ(connect(chosen, client)->cipher, "ECDHE-ECDSA-AES256-GCM-SHA384");
  EXPECT_EQ(connect(chosen + "  prefer_server_cipher_suites: false\n", client)->cipher,
            "ECDHE-ECDSA-AES128-GCM-SHA256");
  EXPECT_EQ(connect(server_pair, {.version = TLS1_2_VERSION})->cipher,
            "ECDHE-ECDSA-AES128-GCM-SHA256");
  client.ciphers = "ECDHE-ECDSA-CHACHA20-POLY1305";
  EXPECT_FALSE(connect(chosen, client));
  EXPECT_TRUE(connect(server_pair, client));
  client.ciphers = "ECDHE-ECDSA-AES128-CCM";
  EXPECT_FALSE(connect(server_pair, client));
  const std::string only_13 = tls("cipher_suites: [TLS_AES_128_GCM_SHA256]");
  EXPECT_EQ(connect(only_13)->version, TLS1_3_VERSION);
  EXPECT_FALSE(connect(only_13, {.version = TLS1_2_VERSION}));
}

TEST_F(WebHandshake, PrefersTheChosenCurves) {
  const std::string chosen = tls("curve_preferences: [CurveP521, CurveP256]");
  EXPECT_EQ(connect(chosen, {.version = TLS1_2_VERSION, .groups = "P-256:P-521"})->group,
            "secp521r1");
  EXPECT_EQ(connect(chosen, {.groups = "P-256:P-521"})->group,
            "secp256r1");  // TLS 1.3 takes the key that is there already
  EXPECT_FALSE(connect(chosen, {.groups = "X25519"}));
  EXPECT_TRUE(connect(server_pair, {.groups = "X25519"}));
}

TEST_F(WebHandshake, SendsTheChainAndNoMore) {
  EXPECT_EQ(connect(server_pair)->chain, 1);
  EXPECT_EQ(connect("tls_server_config: {cert_file: chain.pem, key_file: server-key.pem}\n")->chain,
            2);
  EXPECT_EQ(
      connect(tls("client_auth_type: VerifyClientCertIfGiven\n  client_ca_file: ca.pem"))->chain,
      1);
}

TEST_F(WebHandshake, AgreesOnHttp1) {
  EXPECT_EQ(connect(server_pair)->protocol, "");
  EXPECT_EQ(connect(server_pair, {.protocols = "\x02h2\x08http/1.1"})->protocol, "http/1.1");
  EXPECT_EQ(connect(server_pair, {.protocols = "\x08http/1.0"})->protocol, "http/1.0");
  EXPECT_FALSE(connect(server_pair, {.protocols = "\x02h2"}));
}

TEST_F(WebHandshake, ResumesOnlyWhereNobodyIsJudgedByACertificate) {
  EXPECT_TRUE(connect(server_pair)->resumable);
  EXPECT_FALSE(connect(tls("client_auth_type: VerifyClientCertIfGiven\n  client_ca_file: ca.pem"))
                   ->resumable);
}

TEST_F(WebHandshake, JudgesClientsByThePolicy) {
  const Certificate trusted = make_certificate(
      folder.path(""), "trusted", {.names = "DNS:prometheus.example"}, &folder.authority);
  const Certificate expired = make_certificate(
      folder.path(""), "old", {.names = "DNS:prometheus.example", .days = -1}, &folder.authority);
  const Certificate& untrusted = folder.other;
  const auto lets_in = [this](const std::string& policy, const std::string& more) {
    return [this,
            config = tls("client_auth_type: " + policy + more)](const Certificate* certificate) {
      const bool in = connect(config, {.certificate = certificate}).has_value();
      EXPECT_EQ(
          connect(config, {.certificate = certificate, .version = TLS1_2_VERSION}).has_value(), in)
          << config;
      return in;
    };
  };
  struct Row {
    std::string policy, more;
    bool none, wrong, late, right;
  };
  const std::vector<Row> rows{
      {"NoClientCert", "", true, true, true, true},
      {"RequestClientCert", "", true, true, true, true},
      {"RequireAnyClientCert", "", false, true, true, true},
      {"VerifyClientCertIfGiven", "\n  client_ca_file: ca.pem", true, false, false, true},
      {"RequireAndVerifyClientCert", "\n  client_ca_file: ca.pem", false, false, false, true},
      {"RequireAndVerifyClientCert", "", false, false, false,
       false},  // trusts the system's authorities only
      {"RequireAndVerifyClientCert", "\n  client_ca_file: other.pem", false, true, false, false},
  };
  for (const auto& [policy, more, none, wrong, late, right] : rows) {
    const auto in = lets_in(policy, more);
    EXPECT_EQ(in(nullptr), none) << policy;
    EXPECT_EQ(in(&untrusted), wrong) << policy << more;
    EXPECT_EQ(in(&expired), late) << policy << more;
    EXPECT_EQ(in(&trusted), right) << policy << more;
  }
}

TEST_F(WebHandshake, KnowsAClientByACertificateThatItHasVerified) {
  const Certificate named = make_certificate(
      folder.path(""), "named", {.names = "DNS:ops.example,DNS:other.example"}, &folder.authority);
  const Certificate nameless = make_certificate(folder.path(""), "nameless",
                                                {.common_name = "The Operator"}, &folder.authority);
  const std::string ca = "\n  client_ca_file: ca.pem";
  for (const std::string& policy :
       {"VerifyClientCertIfGiven" + ca, "RequireAndVerifyClientCert" + ca}) {
    const std::string config = tls("client_auth_type: " + policy);
    EXPECT_EQ(connect(config, {.certificate = &named})->client, "ops.example") << policy;
    EXPECT_EQ(connect(config, {.certificate = &nameless})->client, "CN=The Operator") << policy;
  }
  EXPECT_EQ(connect(tls("client_auth_type: VerifyClientCertIfGiven" + ca))->client, "");
  for (const char* policy : {"NoClientCert", "RequestClientCert", "RequireAnyClientCert"})
    EXPECT_EQ(
        connect(tls(std::string("client_auth_type: ") + policy), {.certificate = &named})->client,
        "")
        << policy;
}

TEST_F(WebHandshake, LetsOnlyAllowedNamesIn) {
  const Certificate client =
      make_certificate(folder.path(""), "client",
                       {.names = "DNS:a.example,DNS:b.example,email:me@a.example,IP:192.0.2.1,IP:"
                                 "2001:db8::1,IP:::ffff:192.0.2.7,URI:spiffe://a/b"},
                       &folder.authority);
  const Certificate nameless = make_certificate(folder.path(""), "nameless",
                                                {.common_name = "a.example"}, &folder.authority);
  const Certificate untrusted =
      make_certificate(folder.path(""), "self", {.names = "DNS:a.example"});
  const auto in = [&](const std::string& sans, const Certificate& certificate) {
    return connect(tls("client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem\n  "
                       "client_allowed_sans: [" +
                       sans + "]"),
                   {.certificate = &certificate})
        .has_value();
  };
  for (const char* allowed :
       {"a.example", "b.example", "me@a.example", "192.0.2.1", "'2001:db8::1'", "'2001:DB8:0::1'",
        "192.0.2.7", "'spiffe://a/b'", "x.example, a.example"})
    EXPECT_TRUE(in(allowed, client)) << allowed;
  for (const char* other : {"c.example", "'*.example'", "example", "A.example", "a@a.example",
                            "192.0.2.2", "'spiffe://a'", "tenantscope test"})
    EXPECT_FALSE(in(other, client)) << other;
  EXPECT_FALSE(in("a.example", nameless));
  EXPECT_FALSE(in("a.example", untrusted));
}

}  // namespace
}  // namespace tenantscope
