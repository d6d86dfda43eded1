#include <gtest/gtest.h>

#include "base/text/go_duration.hpp"
#include "config/with_examples.hpp"
#include "support/environment.hpp"
#include "web/config/web_config_folder.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;
using Headers = std::vector<std::pair<std::string, std::string>>;

const std::string hash = "$2y$10$mDwo.lAisC94iLAyP81MCesa29IzH37oigHC/42V2pdJlUprsJPze";

std::string tls(const std::string& more) { return server_pair + "  " + more + "\n"; }

TEST(GoodWebConfig, SaysNothingOrLittle) {
  const WebConfigFolder folder;
  folder.expect_good({
      {"{}\n", {}},
      {"# nothing yet\n{}\n", {}},
      {"http_server_config: {}\n", {}},
      {"http_server_config: {http2: false, headers: {}}\n", {}},
      {"basic_auth_users: {}\n", {}},
      {"rate_limit: {interval: 0, burst: 0}\n", {}},
      {"rate_limit: {interval: 0s}\n", {}},
  });
  const LoadedWebConfig loaded = folder.load_web();
  EXPECT_EQ(loaded.config.tls, nullptr);
  EXPECT_TRUE(loaded.config.basic_auth_users.empty());
  EXPECT_FALSE(loaded.config.rate_limit);
}

TEST(GoodWebConfig, CertificatesAndClients) {
  const WebConfigFolder folder;
  const std::string authority = pem_block(file_text(folder.authority.file));
  folder.write("sub/pair.pem", file_text(folder.server.key) + file_text(folder.server.file));
  folder.expect_good({
      {server_pair, {}},
      {"tls_server_config: {cert_file: chain.pem, key_file: server-key.pem, client_ca_file: ''}\n",
       {}},
      {"tls_server_config: {cert_file: sub/pair.pem, key_file: sub/pair.pem}\n", {}},
      {"tls_server_config: {cert_file: \"" + folder.server.file.native() + "\", key_file: \"" +
           folder.server.key.native() + "\"}\n",
       {}},
      {"tls_server_config:\n  cert: " + pem_block(file_text(folder.server.file)) +
           "  key: " + pem_block(file_text(folder.server.key)),
       {}},
      {"tls_server_config: {cert_file: expired.pem, key_file: expired-key.pem}\n",
       {"c:1:32: `cert_file` `expired.pem` has expired: clients will refuse it"}},
      {"tls_server_config: {cert_file: early.pem, key_file: early-key.pem}\n",
       {"c:1:32: `cert_file` `early.pem` isn't valid yet: clients will refuse it"}},
      {tls("client_auth_type: NoClientCert"), {}},
      {tls("client_auth_type: ''"), {}},
      {tls("client_auth_type: RequestClientCert"), {}},
      {tls("client_auth_type: RequireAnyClientCert"),
       {"c:4:21: RequireAnyClientCert verifies nothing: any certificate is taken, from whomever; "
        "write RequireAndVerifyClientCert"}},
      {tls("client_auth_type: RequireClientCert"),
       {"c:4:21: RequireClientCert verifies nothing: any certificate is taken, from whomever; "
        "write RequireAndVerifyClientCert"}},
      {tls("client_auth_type: VerifyClientCertIfGiven\n  client_ca_file: ca.pem"), {}},
      {tls("client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: chain.pem"), {}},
      {tls("client_auth_type: RequireAndVerifyClientCert\n  client_ca: " + authority), {}},
      {tls("client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem\n  "
           "client_allowed_sans: [a.example, me@a.example, 192.0.2.1, 'spiffe://a/b']"),
       {}},
      {tls("client_auth_type: VerifyClientCertIfGiven"),
       {"c:4:21: VerifyClientCertIfGiven without a `client_ca_file` trusts every authority that "
        "this system trusts"}},
      {tls("client_auth_type: RequestClientCert\n  client_ca_file: ca.pem"),
       {"c:4:21: RequestClientCert verifies nothing: any certificate is taken, from whomever; "
        "write RequireAndVerifyClientCert"}},
      {tls("client_auth_type: RequireAnyClientCert\n  client_allowed_sans: [a.example]"),
       {"c:4:21: RequireAnyClientCert verifies nothing: any certificate is taken, from whomever; "
        "write RequireAndVerifyClientCert"}},
  });
  EXPECT_NE(folder.load_web().config.tls, nullptr);
}

TEST(GoodWebConfig, KnowsWhetherStrangersAreKeptOut) {
  const WebConfigFolder folder;
  for (const char* policy : {"NoClientCert", "RequestClientCert", "RequireAnyClientCert",
                             "VerifyClientCertIfGiven", "RequireAndVerifyClientCert"}) {
    folder.write("c", tls(std::string("client_auth_type: ") + policy));
    EXPECT_EQ(folder.load_web().config.trusted_clients_only,
              std::string_view(policy) == "RequireAndVerifyClientCert")
        << policy;
  }
}

TEST(GoodWebConfig, Cryptography) {
  std::string all = "cipher_suites:";
  for (const char* name :
       {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"})
    all += std::string("\n  - ") + name;
  const std::string never =
      "is never spoken: OpenSSL here can't, its policy forbids it, or no cipher suite is left for "
      "it";
  WebConfigFolder().expect_good({
      {tls(all), {}},
      {tls("cipher_suites: []\n  curve_preferences: []"), {}},
      {tls("min_version: ''\n  max_version: ''"), {}},
      {tls("min_version: TLS12\n  max_version: TLS12"), {}},
      {tls("min_version: TLS13\n  max_version: TLS13"), {}},
      {tls("min_version: TLS10"), {"c:4:16: TLS10 " + never}},
      {tls("min_version: TLS11\n  max_version: TLS12"), {"c:4:16: TLS11 " + never}},
      {tls("cipher_suites: [TLS_AES_128_GCM_SHA256]"), {}},
      {tls("min_version: TLS12\n  cipher_suites: [TLS_AES_128_GCM_SHA256]"),
       {"c:4:16: TLS12 " + never}},
      {tls("cipher_suites: [TLS_RSA_WITH_AES_128_GCM_SHA256]"),
       {"c:4:19: TLS_RSA_WITH_AES_128_GCM_SHA256 has no forward secrecy: whoever gets the key can "
        "read what was recorded before"}},
      {tls("curve_preferences: [X25519, CurveP521, CurveP384, CurveP256]\n  "
           "prefer_server_cipher_suites: false"),
       {}},
  });
}

TEST(GoodWebConfig, HeadersUsersAndLimits) {
  const WebConfigFolder folder;
  folder.write("c", R"(
http_server_config:
  http2: true
  headers:
    Content-Security-Policy: default-src 'self'
    X-Frame-Options: sameorigin
    X-Content-Type-Options: nosniff
    X-XSS-Protection: ""
    Strict-Transport-Security: max-age=31536000; includeSubDomains
basic_auth_users:
  alice: )" + hash + R"(
  bob: "$2a)" + hash.substr(3) +
                        R"("
  carol: "$2b$18)" + hash.substr(6) +
                        R"("
rate_limit: {interval: 1m0.5s, burst: 20}
)");
  const LoadedWebConfig loaded = folder.load_web();
  EXPECT_EQ(folder.shown(loaded.errors), std::vector<std::string>{});
  EXPECT_EQ(folder.shown(loaded.warnings),
            std::vector<std::string>{"c:13:10: the hash of the user `carol` has the cost 18: each "
                                     "first login takes 256 times as long as with the usual 10, "
                                     "and others wait for it"});
  EXPECT_EQ(loaded.config.headers,
            (Headers{{"Content-Security-Policy", "default-src 'self'"},
                     {"X-Frame-Options", "sameorigin"},
                     {"Strict-Transport-Security", "max-age=31536000; includeSubDomains"}}));
  EXPECT_EQ(loaded.config.basic_auth_users.size(), 3u);
  EXPECT_EQ(loaded.config.basic_auth_users.at("alice"), hash);
  EXPECT_EQ(loaded.config.rate_limit, (WebRateLimit{60500ms, 20}));
}

TEST(GoodWebConfig, TellsWhichFilesItLookedAt) {
  const WebConfigFolder folder;
  const auto names = [&folder] {
    std::vector<std::string> result;
    for (const FileStamp& file : folder.load_web().files)
      result.push_back(file.path.filename());
    return result;
  };
  folder.write("c", tls("client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem"));
  EXPECT_EQ(names(), (std::vector<std::string>{"c", "server.pem", "server-key.pem", "ca.pem"}));
  folder.write("c", "tls_server_config: {cert_file: nowhere.pem, key_file: server-key.pem}\n");
  EXPECT_EQ(names(), (std::vector<std::string>{"c", "nowhere.pem", "server-key.pem"}));
  EXPECT_EQ(folder.load_web().files[1], FileStamp{folder.path("nowhere.pem")});
  EXPECT_EQ(folder.load_web().files[2], stamp_of(folder.path("server-key.pem")));
}

TEST(GoodWebConfig, FindsKeysThatASupervisorHandsOver) {
  const WebConfigFolder folder;
  std::filesystem::create_directory(folder.path("credentials"));
  std::filesystem::rename(folder.path("server-key.pem"), folder.path("credentials/server-key.pem"));
  folder.write("c", server_pair);
  EXPECT_EQ(folder.load_web().errors.size(), 1u);
  set_variable("CREDENTIALS_DIRECTORY", folder.path("credentials"));
  EXPECT_EQ(folder.shown(folder.load_web().errors), std::vector<std::string>{});
  unset_variable("CREDENTIALS_DIRECTORY");
}

TEST(GoodWebConfig, TheExampleForUsers) {
  const LoadedWebConfig loaded = load_web_config(CONFIG_FOLDER "/web.yaml");
  for (const ConfigFinding& finding : loaded.errors)
    ADD_FAILURE() << to_string(finding);
  EXPECT_TRUE(loaded.warnings.empty());
  EXPECT_EQ(loaded.config.tls, nullptr);
  EXPECT_EQ(loaded.config.headers, (Headers{{"X-Frame-Options", "deny"}}));
}

TEST(GoodWebConfig, TheExampleForUsersWithAllThatItExplains) {
  const WebConfigFolder folder;
  std::filesystem::copy(folder.server.file, folder.path("web.pem"));
  std::filesystem::copy(folder.server.key, folder.path("web.key"));
  std::filesystem::copy(folder.authority.file, folder.path("clients-ca.pem"));
  std::string text = with_examples(CONFIG_FOLDER "/web.yaml");
  for (auto at = text.find("    # "); at != text.npos; at = text.find("    # ", at))
    text.erase(at + 4, 2);
  folder.write("c", text);
  const LoadedWebConfig loaded = folder.load_web();
  EXPECT_EQ(folder.shown(loaded.errors), std::vector<std::string>{});
  EXPECT_EQ(folder.shown(loaded.warnings), std::vector<std::string>{});
  EXPECT_NE(loaded.config.tls, nullptr);
  EXPECT_EQ(loaded.config.headers.size(), 4u);
  EXPECT_EQ(loaded.config.basic_auth_users.size(), 1u);
  EXPECT_EQ(loaded.config.rate_limit, (WebRateLimit{100ms, 50}));
}

TEST(GoDuration, IsReadAsGoReadsIt) {
  EXPECT_EQ(parse_go_duration("0"), 0ns);
  EXPECT_EQ(parse_go_duration("0s"), 0ns);
  EXPECT_EQ(parse_go_duration("1ns"), 1ns);
  EXPECT_EQ(parse_go_duration("250us"), 250us);
  EXPECT_EQ(parse_go_duration("250\u00b5s"), 250us);
  EXPECT_EQ(parse_go_duration("100ms"), 100ms);
  EXPECT_EQ(parse_go_duration("1.5h"), 90min);
  EXPECT_EQ(parse_go_duration(".5s"), 500ms);
  EXPECT_EQ(parse_go_duration("1m30s"), 90s);
  for (const char* none :
       {"", "1", "s", "1d", "-1s", "1 s", "1.2.3s", ".s", "1e3s", "infs", "9999999h", "1s1", "1S"})
    EXPECT_EQ(parse_go_duration(none), std::nullopt) << none;
}

}  // namespace
}  // namespace tenantscope
