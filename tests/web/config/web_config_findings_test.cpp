#include <gtest/gtest.h>

#include "web/config/web_config_folder.hpp"

namespace tenantscope {
namespace {

const std::string hash = "$2y$10$mDwo.lAisC94iLAyP81MCesa29IzH37oigHC/42V2pdJlUprsJPze";

// `server_pair` is three lines long.
std::string tls(const std::string& more) { return server_pair + "  " + more + "\n"; }

TEST(BadWebConfig, Shape) {
  WebConfigFolder().expect_findings({
      {"",
       {"c:1:1: the web configuration is empty, or has nothing but comments; write {} for the "
        "defaults"}},
      {"[]\n", {"c:1:1: the web configuration has to be a map, not a list"}},
      {"hello\n", {"c:1:1: the web configuration has to be a map, not a single value"}},
      {"tls_config: {}\n",
       {"c:1:1: unknown key `tls_config`; the keys here are: tls_server_config, "
        "http_server_config, basic_auth_users, rate_limit"}},
      {"basic_auth_user: {}\n",
       {"c:1:1: unknown key `basic_auth_user`, did you mean `basic_auth_users`?"}},
      {"rate_limit:\n", {"c:1:1: `rate_limit` has to be a map, but is empty"}},
      {"http_server_config: []\n", {"c:1:21: `http_server_config` has to be a map, not a list"}},
      {"rate_limit: {interval: 1s, burst: 2}\nrate_limit: {interval: 1s, burst: 2}\n",
       {"c:2:1: duplicate key `rate_limit`, given first at 1:1"}},
      {"rate_limit: {interval: 1s\n", {"c:2:1: a `,` or `}` is missing before this"}},
  });
  const LoadedWebConfig none = load_web_config("/nowhere/web.yaml");
  ASSERT_EQ(none.errors.size(), 1u);
  EXPECT_EQ(to_string(none.errors[0]),
            "/nowhere/web.yaml:1:1: the file can't be read: No such file or directory");
}

TEST(BadWebConfig, CertificatesAndKeys) {
  const WebConfigFolder folder;
  const std::string certificate = file_text(folder.server.file);
  folder.expect_findings({
      {"tls_server_config: {}\n",
       {"c:1:20: `tls_server_config` needs a `cert_file` or a `cert`",
        "c:1:20: `tls_server_config` needs a `key_file` or a `key`"}},
      {"tls_server_config: {cert_file: server.pem}\n",
       {"c:1:20: `tls_server_config` needs a `key_file` or a `key`"}},
      {"tls_server_config: {cert_file: '', key_file: server-key.pem}\n",
       {"c:1:20: `tls_server_config` needs a `cert_file` or a `cert`"}},
      {"tls_server_config: {min_version: TLS12}\n",
       {"c:1:20: `tls_server_config` needs a `cert_file` or a `cert`",
        "c:1:20: `tls_server_config` needs a `key_file` or a `key`"}},
      {"tls_server_config: {cert_file: nowhere.pem, key_file: nokey.pem}\n",
       {"c:1:32: `cert_file` `nowhere.pem` can't be read: No such file or directory",
        "c:1:55: `key_file` `nokey.pem` can't be read: No such file or directory"}},
      {"tls_server_config: {cert_file: ., key_file: server-key.pem}\n",
       {"c:1:32: `cert_file` `` can't be read: it is a folder"}},
      {"tls_server_config: {cert_file: empty.pem, key_file: empty.pem}\n",
       {"c:1:32: `cert_file` `empty.pem` holds no certificate in PEM form",
        "c:1:53: `key_file` `empty.pem` holds no private key in PEM form"}},
      {"tls_server_config: {cert_file: server-key.pem, key_file: server.pem}\n",
       {"c:1:32: `cert_file` `server-key.pem` holds no certificate in PEM form",
        "c:1:58: `key_file` `server.pem` holds no private key in PEM form"}},
      {"tls_server_config: {cert_file: broken.pem, key_file: broken-key.pem}\n",
       {"c:1:32: `cert_file` `broken.pem` holds a certificate, the 1. one, that can't be read: "
        "wrong tag",
        "c:1:54: `key_file` `broken-key.pem` holds a private key that can't be read: unsupported"}},
      {"tls_server_config: {cert_file: server.pem, key_file: other-key.pem}\n",
       {"c:1:54: `key_file` `other-key.pem` isn't the key of the certificate: they have to be of "
        "one pair"}},
      {"tls_server_config: {cert_file: reversed.pem, key_file: server-key.pem}\n",
       {"c:1:56: `key_file` `server-key.pem` isn't the key of the certificate, but of one further "
        "down: the server's own has to be the first"}},
      {"tls_server_config: {cert_file: server.pem, key_file: locked-key.pem}\n",
       {"c:1:54: `key_file` `locked-key.pem` has a passphrase, which nobody can type here: write "
        "it without one (openssl pkey -in OLD -out NEW)"}},
      {"tls_server_config: {cert_file: weak.pem, key_file: weak-key.pem}\n",
       {"c:1:32: OpenSSL refuses this certificate or its key: ee key too small"}},
      {"tls_server_config:\n  cert: " + pem_block(certificate) +
           "  cert_file: server.pem\n  key_file: server-key.pem\n",
       {"c:2:9: `cert` and `cert_file` exclude each other: leave one off"}},
      {"tls_server_config:\n  cert_file: server.pem\n  key: secret\n  key_file: server-key.pem\n",
       {"c:3:8: `key` and `key_file` exclude each other: leave one off"}},
      {"tls_server_config: {cert: server.pem, key: hunter2}\n",
       {"c:1:27: `cert` holds no certificate in PEM form",
        "c:1:44: `key` holds no private key in PEM form"}},
      {"tls_server_config: {cert_file: [server.pem], key_file: server-key.pem}\n",
       {"c:1:32: `cert_file` has to be a text, not a list"}},
      {tls("certfile: server.pem"), {"c:4:3: unknown key `certfile`, did you mean `cert_file`?"}},
      {tls("insecure_skip_verify: true"),
       {"c:4:3: unknown key `insecure_skip_verify`; the keys here are: cert_file, cert, key_file, "
        "key, client_auth_type, client_ca_file, client_ca, "
        "client_allowed_sans, min_version, max_version, cipher_suites, curve_preferences, "
        "prefer_server_cipher_suites"}},
  });
}

TEST(BadWebConfig, Clients) {
  const WebConfigFolder folder;
  const std::string verified =
      "client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem\n  ";
  folder.expect_findings({
      {tls("client_auth_type: RequireAndVerifyClientCerts"),
       {"c:4:21: unknown client_auth_type `RequireAndVerifyClientCerts`, did you mean "
        "`RequireAndVerifyClientCert`?"}},
      {tls("client_auth_type: Always"),
       {"c:4:21: unknown client_auth_type `Always`; the types are: NoClientCert, "
        "RequestClientCert, RequireAnyClientCert, VerifyClientCertIfGiven, "
        "RequireAndVerifyClientCert"}},
      {tls("client_auth_type: [NoClientCert]\n  client_ca_file: ca.pem"),
       {"c:4:21: `client_auth_type` has to be a text, not a list"}},
      {tls("client_ca_file: ca.pem"),
       {"c:4:19: `client_ca_file` `ca.pem` is for nothing without a `client_auth_type` that asks "
        "for certificates: write RequireAndVerifyClientCert"}},
      {tls("client_auth_type: NoClientCert\n  client_ca: " +
           pem_block(file_text(folder.authority.file))),
       {"c:5:14: `client_ca` is for nothing without a `client_auth_type` that asks for "
        "certificates: write RequireAndVerifyClientCert"}},
      {tls("client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: nowhere.pem"),
       {"c:5:19: `client_ca_file` `nowhere.pem` can't be read: No such file or directory"}},
      {tls("client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: empty.pem"),
       {"c:5:19: `client_ca_file` `empty.pem` holds no certificate in PEM form"}},
      {tls("client_auth_type: RequireAndVerifyClientCert\n  client_ca: nothing"),
       {"c:5:14: `client_ca` holds no certificate in PEM form"}},
      {tls(verified + "client_ca: x"),
       {"c:6:14: `client_ca` and `client_ca_file` exclude each other: leave one off"}},
      {tls(verified + "client_allowed_sans: []"),
       {"c:6:24: `client_allowed_sans` names nobody, so that nobody could connect: leave it off to "
        "let everybody in who is trusted"}},
      {tls(verified + "client_allowed_sans: prometheus.example"),
       {"c:6:24: `client_allowed_sans` has to be a list, not a single value"}},
      {tls(verified + "client_allowed_sans: ['', {a: b}]"),
       {"c:6:25: an allowed SAN can't be empty",
        "c:6:29: an allowed SAN has to be a text, not a map"}},
      {tls("client_allowed_sans: [prometheus.example]"),
       {"c:4:24: `client_allowed_sans` needs the `client_auth_type` RequireAndVerifyClientCert: "
        "with others a client may come without a certificate"}},
      {tls("client_auth_type: VerifyClientCertIfGiven\n  client_ca_file: ca.pem\n  "
           "client_allowed_sans: [prometheus.example]"),
       {"c:6:24: `client_allowed_sans` needs the `client_auth_type` RequireAndVerifyClientCert: "
        "with others a client may come without a certificate"}},
  });
}

TEST(BadWebConfig, Cryptography) {
  const std::string nobody =
      "c:2:3: nobody could connect: what the certificate, the versions, `cipher_suites` and "
      "`curve_preferences` leave, OpenSSL here "
      "can't do or its policy forbids";
  WebConfigFolder().expect_findings({
      {tls("min_version: TLS1.2"), {"c:4:16: unknown version `TLS1.2`, did you mean `TLS12`?"}},
      {tls("max_version: SSL30"),
       {"c:4:16: unknown version `SSL30`; the versions are: TLS10, TLS11, TLS12, TLS13"}},
      {tls("max_version: TLS11"),
       {"c:4:16: `max_version` is below `min_version`, which is TLS12 where it isn't given"}},
      {tls("min_version: TLS10\n  max_version: TLS11"), {nobody}},
      {tls("max_version: TLS12\n  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]"),
       {nobody}},  // the key is elliptic
      {tls("min_version: TLS13\n  max_version: TLS12"),
       {"c:5:16: `max_version` is below `min_version`, which is TLS12 where it isn't given"}},
      {tls("cipher_suites: [TLS_RSA_WITH_RC4_128_SHA, TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA, "
           "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256]"),
       {"c:4:19: TLS_RSA_WITH_RC4_128_SHA isn't offered: RC4 is broken",
        "c:4:45: TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA isn't offered: 3DES has blocks that are too "
        "small (Sweet32)",
        "c:4:82: TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256 isn't offered: CBC with SHA-256 isn't safe "
        "from timing attacks (Lucky 13)"}},
      {tls("cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA384]"),
       {"c:4:19: unknown cipher suite `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA384`, did you mean "
        "`TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`?"}},
      {tls("cipher_suites: [[TLS_AES_128_GCM_SHA256]]"),
       {"c:4:19: a cipher suite has to be a text, not a list"}},
      {tls("cipher_suites: TLS_AES_128_GCM_SHA256"),
       {"c:4:18: `cipher_suites` has to be a list, not a single value"}},
      {tls("cipher_suites: [TLS_AES_128_GCM_SHA256]\n  max_version: TLS12"), {nobody}},
      {tls("curve_preferences: [CurveP224]"),
       {"c:4:23: unknown curve `CurveP224`, did you mean `CurveP256`?"}},
      {tls("curve_preferences: [prime256v1]"),
       {"c:4:23: unknown curve `prime256v1`; the curves are: CurveP256, CurveP384, CurveP521, "
        "X25519"}},
      {tls("prefer_server_cipher_suites: sometimes"),
       {"c:4:32: `prefer_server_cipher_suites` has to be true or false, not `sometimes`"}},
  });
}

TEST(BadWebConfig, HttpServer) {
  const auto headers = [](const std::string& text) {
    return "http_server_config:\n  headers:\n    " + text + "\n";
  };
  WebConfigFolder().expect_findings({
      {"http_server_config: {http2: 2}\n", {"c:1:29: `http2` has to be true or false, not `2`"}},
      {"http_server_config: {http3: true}\n",
       {"c:1:22: unknown key `http3`, did you mean `http2`?"}},
      {headers("X-Powered-By: tenantscope"),
       {"c:3:5: unknown key `X-Powered-By`; the keys here are: Content-Security-Policy, "
        "X-Frame-Options, X-Content-Type-Options, "
        "X-XSS-Protection, Strict-Transport-Security"}},
      {headers("x-frame-options: deny"),
       {"c:3:5: unknown key `x-frame-options`, did you mean `X-Frame-Options`?"}},
      {headers("X-Frame-Options: DENY"),
       {"c:3:22: `X-Frame-Options` has to be deny or sameorigin, not `DENY`"}},
      {headers("X-Content-Type-Options: sniff"),
       {"c:3:29: `X-Content-Type-Options` has to be nosniff, not `sniff`"}},
      {headers("Content-Security-Policy: \"default-src 'self'\\r\\nSet-Cookie: a=b\""),
       {"c:3:30: `Content-Security-Policy` can't have line ends, other control characters or "
        "anything but ASCII in it"}},
      {headers("Strict-Transport-Security: [max-age=1]"),
       {"c:3:32: `Strict-Transport-Security` has to be a text, not a list"}},
  });
}

TEST(BadWebConfig, UsersAndTheirHashes) {
  const std::string needed =
      " needs a bcrypt hash, $2a$, $2b$ or $2y$ and 60 characters in all: make one with htpasswd "
      "-nBC 10 \"\" | tr -d ':\\n'";
  const auto alice = [](const std::string& value) {
    return "basic_auth_users: {alice: '" + value + "'}\n";
  };
  const auto with_cost = [](const std::string& cost) {
    return hash.substr(0, 4) + cost + hash.substr(6);
  };
  WebConfigFolder().expect_findings({
      {"basic_auth_users: [alice]\n", {"c:1:19: `basic_auth_users` has to be a map, not a list"}},
      {alice("hunter2"), {"c:1:27: the user `alice`" + needed}},
      {alice(""), {"c:1:27: the user `alice`" + needed}},
      {"basic_auth_users: {alice: }\n", {"c:1:20: the user `alice`" + needed}},
      {"basic_auth_users: {alice: {password: x}}\n", {"c:1:27: the user `alice`" + needed}},
      {alice(hash.substr(0, 59)), {"c:1:27: the user `alice`" + needed}},
      {alice(hash + "a"), {"c:1:27: the user `alice`" + needed}},
      {alice("$2x$" + hash.substr(4)), {"c:1:27: the user `alice`" + needed}},
      {alice("$6$" + hash.substr(3)), {"c:1:27: the user `alice`" + needed}},
      {alice(hash.substr(0, 20) + ":" + hash.substr(21)), {"c:1:27: the user `alice`" + needed}},
      {alice(hash.substr(0, 6) + "." + hash.substr(7)), {"c:1:27: the user `alice`" + needed}},
      {alice(with_cost("1x")), {"c:1:27: the user `alice`" + needed}},
      {alice(with_cost("03")),
       {"c:1:27: the hash of the user `alice` has the cost 3, which has to be from 4 to 18; 10 is "
        "usual"}},
      {alice(with_cost("19")),
       {"c:1:27: the hash of the user `alice` has the cost 19, which can be 18 at most: a login "
        "would take 512 times as long as with the usual 10"}},
      {alice(with_cost("31")),
       {"c:1:27: the hash of the user `alice` has the cost 31, which can be 18 at most: a login "
        "would take 2097152 times as long as with the usual 10"}},
      {"basic_auth_users: {'a:b': '" + hash + "'}\n",
       {"c:1:20: the user's name `a:b` can't have a `:` or control characters in it"}},
      {"basic_auth_users: {\"a\\nb\": '" + hash + "'}\n",
       {"c:1:20: the user's name `a\\x0ab` can't have a `:` or control characters in it"}},
      {"basic_auth_users: {'': '" + hash + "'}\n", {"c:1:20: a user needs a name"}},
      {"basic_auth_users:\n  bob: x\n  bob: y\n",
       {"c:2:8: the user `bob`" + needed, "c:3:3: duplicate key `bob`, given first at 2:3"}},
  });
}

TEST(BadWebConfig, RateLimit) {
  WebConfigFolder().expect_findings({
      {"rate_limit: {burst: 20}\n", {"c:1:13: `rate_limit` needs a `interval`"}},
      {"rate_limit: {interval: 1s}\n",
       {"c:1:13: `rate_limit` needs a `burst`: how many requests may come at once"}},
      {"rate_limit: {interval: 1s, burst: 0}\n",
       {"c:1:35: `burst` has to be a whole number from 1 to 100000, not `0`"}},
      {"rate_limit: {interval: 1s, burst: '20'}\n",
       {"c:1:35: `burst` has to be a whole number: write it without quotes"}},
      {"rate_limit: {interval: 1, burst: 20}\n",
       {"c:1:24: `interval` has to be a duration such as 100ms, 1s or 1m30s, or 0 for no limit, "
        "not `1`"}},
      {"rate_limit: {interval: -1s, burst: 20}\n",
       {"c:1:24: `interval` has to be a duration such as 100ms, 1s or 1m30s, or 0 for no limit, "
        "not `-1s`"}},
      {"rate_limit: {interval: 25h, burst: 20}\n",
       {"c:1:24: `interval` can be 24h at most, not `25h`"}},
      {"rate_limit: {interval: 1d, burst: 20}\n",
       {"c:1:24: `interval` has to be a duration such as 100ms, 1s or 1m30s, or 0 for no limit, "
        "not `1d`"}},
      {"rate_limit: {intervall: 1s, burst: 20}\n",
       {"c:1:13: `rate_limit` needs a `interval`",
        "c:1:14: unknown key `intervall`, did you mean `interval`?"}},
  });
}

TEST(BadWebConfig, IsToldAllAtOnce) {
  WebConfigFolder().expect_findings({
      {"rate_limit: {interval: soon, burst: 1}\nbasic_auth_users: {eve: "
       "hunter2}\nhttp_server_config: {http2: no}\n" +
           tls("min_version: TLS1"),
       {"c:1:24: `interval` has to be a duration such as 100ms, 1s or 1m30s, or 0 for no limit, "
        "not `soon`",
        "c:2:25: the user `eve` needs a bcrypt hash, $2a$, $2b$ or $2y$ and 60 characters in all: "
        "make one with htpasswd -nBC 10 \"\" | tr -d ':\\n'",
        "c:3:29: `http2` has to be true or false, not `no`",
        "c:7:16: unknown version `TLS1`, did you mean `TLS10`?"}},
  });
}

}  // namespace
}  // namespace tenantscope
