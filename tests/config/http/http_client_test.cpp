// The one form in which it is written how an HTTP server is asked, as `tenant_urls` take it; and
// what of it authorities take.
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <openssl/pem.h>

#include "config/config_findings.hpp"
#include "config/config_folder.hpp"
#include "support/certificate.hpp"
#include "support/environment.hpp"

namespace tenantscope {
namespace {

std::string list(const std::string& keys) {
  return "tenant_urls: [{url: \"https://lists.example/all\",\n" + keys + "}]\n";
}

std::string cloud(const std::string& keys) { return "clouds: {global: {\n" + keys + "}}\n"; }

// Two certificates of ours, one that has ended, and files with secrets.
class HttpClientForm : public ::testing::Test {
 protected:
  HttpClientForm() {
    const auto path = folder_.path("c").parent_path();
    authority_ = make_certificate(path, "ca", {.authority = true});
    own_ = make_certificate(path, "own", {}, &authority_);
    make_certificate(path, "other", {}, &authority_);
    make_certificate(path, "ended", {.days = -1}, &authority_);
    folder_.write("secret", "s3cret\n");
    folder_.write("lines", "a\nb\n");
    folder_.write("empty", "");
  }

  HttpClientSettings read(const std::string& keys) {
    folder_.write("c", list(keys));
    const LoadedConfig loaded = folder_.load();
    EXPECT_EQ(folder_.shown(loaded.errors), std::vector<std::string>{}) << keys;
    return loaded.errors.empty() ? loaded.settings.tenant_urls.at(0).http : HttpClientSettings{};
  }
  std::vector<std::string> warnings(const std::string& config) {
    folder_.write("c", config + "tenants: [{name: a.example}]\n");
    EXPECT_EQ(folder_.errors(), std::vector<std::string>{}) << config;
    return folder_.shown(folder_.load().warnings);
  }
  void expect_refused(const std::vector<Bad>& cases) {
    std::vector<Bad> lists;
    lists.reserve(cases.size());
    for (const auto& [keys, findings] : cases)
      lists.push_back({list(keys), findings});
    expect_findings(folder_, lists);
  }

  ConfigFolder folder_;
  Certificate authority_, own_;
};

TEST_F(HttpClientForm, OfNothingIsTheDefaults) {
  EXPECT_EQ(read(""), HttpClientSettings{});
  EXPECT_EQ(
      read("proxy_url: '', no_proxy: '', proxy_from_environment: false, tls_config: {ca_file: "
           "'', cert_file: '', key_file: '', server_name: '', min_version: TLS12}, "
           "http_headers: {}"),
      HttpClientSettings{});
}

TEST_F(HttpClientForm, HasEveryKeyOfTheProxy) {
  const ProxySettings proxy{
      .url = "https://proxy.example:3129",
      .login = {.username = "me", .password = {.file = folder_.path("secret")}},
      .no_proxy = "localhost, .internal.example,10.0.0.0/8,[::1]:8443"};
  EXPECT_EQ(read("proxy_url: \"https://Proxy.example:3129/\", proxy_basic_auth: {username: me, "
                 "password_file: secret}, no_proxy: \"localhost, .internal.example,10.0.0.0/8,"
                 "[::1]:8443\"")
                .proxy,
            proxy);
  EXPECT_EQ(read("proxy_from_environment: true").proxy, ProxySettings{.from_environment = true});
}

TEST_F(HttpClientForm, HasEveryKeyOfTls) {
  EXPECT_EQ(read("tls_config: {ca_file: ca.pem, cert_file: own.pem, key_file: own-key.pem, "
                 "server_name: Lists.Internal, min_version: TLS13}")
                .tls,
            (TlsClientSettings{.ca_file = authority_.file,
                               .cert_file = own_.file,
                               .key_file = own_.key,
                               .server_name = "lists.internal",
                               .min_version = LeastTls::tls13}));
}

TEST_F(HttpClientForm, HasEveryWayToLogIn) {
  const SecretSource secret{.file = folder_.path("secret")};
  EXPECT_EQ(read("basic_auth: {username: me, password_file: secret}").basic_auth,
            (BasicLogin{.username = "me", .password = secret}));
  EXPECT_EQ(read("authorization: {credentials_file: secret}").authorization,
            (AuthorizationSettings{.type = "Bearer", .credentials = secret}));
  EXPECT_EQ(read("authorization: {type: Splunk, credentials_file: secret}").authorization,
            (AuthorizationSettings{.type = "Splunk", .credentials = secret}));
  EXPECT_EQ(read("oauth2: {client_id: me, client_secret_file: secret, token_url: "
                 "\"https://login.example/token?x=y\", scopes: [a.read, \"https://b/.default\"]}")
                .oauth2,
            (OAuth2Settings{.client_id = "me",
                            .client_secret = secret,
                            .token_url = "https://login.example/token?x=y",
                            .scopes = {"a.read", "https://b/.default"}}));
}

TEST_F(HttpClientForm, HasHeaders) {
  EXPECT_EQ(
      read("http_headers: {X-Scope: {values: [a b, c], files: [secret]}, Accept: {values: [text]}}")
          .headers,
      (std::vector<HttpHeaderSettings>{
          {.name = "X-Scope", .values = {"a b", "c"}, .files = {folder_.path("secret")}},
          {.name = "Accept", .values = {"text"}}}));
}

TEST_F(HttpClientForm, TakesSecretsThatASupervisorHandsOver) {
  const TemporaryFolder credentials;
  const Certificate handed = make_certificate(credentials.path(), "handed", {}, &authority_);
  std::filesystem::copy_file(folder_.path("secret"), credentials.path() / "token");
  set_variable("CREDENTIALS_DIRECTORY", credentials.path().c_str());
  const HttpClientSettings client = read(
      "authorization: {credentials_file: token}, tls_config: {cert_file: handed.pem, "
      "key_file: handed-key.pem}");
  unset_variable("CREDENTIALS_DIRECTORY");
  EXPECT_EQ(client.authorization.credentials.file, credentials.path() / "token");
  EXPECT_EQ(client.tls.cert_file, handed.file);
  EXPECT_EQ(client.tls.key_file, handed.key);
}

TEST_F(HttpClientForm, RefusesWhatCanBeNoProxy) {
  const std::string environment = " and `proxy_from_environment` exclude each other: leave one off";
  const std::string basic =
      " isn't taken: a proxy is logged in to by Basic alone: write `proxy_basic_auth`, or let it "
      "pass this machine without a login; NTLM and Negotiate (Kerberos) aren't spoken";
  expect_refused({
      {"proxy_url: \"http://proxy.example/path\"",
       {"c:2:12: `proxy_url` has to be http://HOST:PORT or https://HOST:PORT, not "
        "`http://proxy.example/path`"}},
      {"proxy_basic_auth: {username: me, password_file: secret}",
       {"c:2:19: `proxy_basic_auth` needs a `proxy_url`"}},
      {"proxy_url: '', no_proxy: a.example", {"c:2:26: `no_proxy` needs a `proxy_url`"}},
      {"proxy_url: \"http://p\", no_proxy: \"a.example, http://b\"",
       {"c:2:34: `no_proxy` has to be hosts, addresses and ranges such as 10.0.0.0/8, separated "
        "by commas; `http://b` is none"}},
      {"proxy_url: \"http://p\", proxy_from_environment: true",
       {"c:2:12: `proxy_url`" + environment}},
      {"proxy_from_environment: true, no_proxy: a.example, proxy_basic_auth: {username: me, "
       "password_file: secret}",
       {"c:2:41: `no_proxy`" + environment, "c:2:70: `proxy_basic_auth`" + environment}},
      {"proxy_url: \"http://p\", proxy_basic_auth: {username: me, password: word}",
       {"c:2:42: `proxy_basic_auth` needs a `password_file`",
        "c:2:57: `password` isn't taken: write it to a file of its own, and that file's name at "
        "`password_file`"}},
      {"proxy_ntlm: true, proxy_negotiate: 1",
       {"c:2:1: `proxy_ntlm`" + basic, "c:2:19: `proxy_negotiate`" + basic}},
      {"proxy_connect_header: {A: [b]}",
       {"c:2:1: `proxy_connect_header` isn't taken: nothing but `proxy_basic_auth` is told to a "
        "proxy that passes TLS on"}},
  });
}

TEST_F(HttpClientForm, RefusesWhatCanBeNoTls) {
  ::mkfifo(folder_.path("pipe").c_str(), 0600);
  expect_refused({
      {"tls_config: {insecure_skip_verify: false}",
       {"c:2:14: `insecure_skip_verify` isn't taken: verification can't be switched off; name the "
        "certificate's issuer, or the certificate itself, at `ca_file`"}},
      {"tls_config: {max_version: TLS13, ca: x, cert: y, key: z}",
       {"c:2:14: `max_version` isn't taken: no version of TLS is too new",
        "c:2:34: `ca` isn't taken: write it to a file, and that file's name at `ca_file`",
        "c:2:41: `cert` isn't taken: write it to a file, and that file's name at `cert_file`",
        "c:2:50: `key` isn't taken: write it to a file, and that file's name at `key_file`"}},
      {"tls_config: {min_version: TLS11}",
       {"c:2:27: `min_version` can't be TLS11: TLS12 is the least, and the default"}},
      {"tls_config: {min_version: TLS14}",
       {"c:2:27: unknown TLS version `TLS14`, did you mean `TLS12`?"}},
      {"tls_config: {server_name: \"a.example:443\"}",
       {"c:2:27: `server_name` has to be a host's name, which the server's certificate has, not "
        "`a.example:443`"}},
      {"tls_config: {cert_file: own.pem}",
       {"c:2:25: `cert_file` and `key_file` need each other: write both"}},
      {"tls_config: {key_file: own-key.pem}",
       {"c:2:24: `cert_file` and `key_file` need each other: write both"}},
      {"tls_config: {cert_file: own.pem, key_file: other-key.pem}",
       {"c:2:44: `key_file` `other-key.pem` isn't the key of the certificate in `cert_file`"}},
      {"tls_config: {cert_file: secret, key_file: own.pem}",
       {"c:2:25: `cert_file` `secret` holds no certificate in PEM form",
        "c:2:43: `key_file` `own.pem` holds no private key in PEM form"}},
      {"tls_config: {cert_file: none, key_file: none}",
       {"c:2:25: `cert_file` `none` can't be read: No such file or directory",
        "c:2:41: `key_file`: the secret's file isn't there; its name isn't shown, as it may be the "
        "secret"}},
      {"tls_config: {cert_file: pipe, key_file: own-key.pem}",
       {"c:2:25: `cert_file` `pipe` is a pipe; it has to be a file, because it is read anew as "
        "connections need it"}},
  });
}

TEST_F(HttpClientForm, RefusesAKeyWithAPassphrase) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  FILE* file = std::fopen(folder_.path("locked").c_str(), "w");
  char phrase[] = "open sesame";
  PEM_write_PrivateKey(file, key, EVP_aes_256_cbc(), nullptr, 0, nullptr, phrase);
  (void)std::fclose(file);
  EVP_PKEY_free(key);
  expect_refused({{"tls_config: {cert_file: own.pem, key_file: locked}",
                   {"c:2:44: `key_file` `locked` has a passphrase, which nobody can type here: "
                    "write it without one (openssl pkey -in OLD -out NEW)"}}});
}

TEST_F(HttpClientForm, RefusesWhatLetsNobodyIn) {
  const std::string no_file =
      "the secret's file isn't there; its name isn't shown, as it may be the secret";
  expect_refused({
      {"authorization: {type: NTLM, credentials_file: secret}",
       {"c:2:23: `type` can't be `NTLM`: that is a conversation, and isn't spoken here; "
        "`basic_auth`, a token and a client certificate are"}},
      {"authorization: {type: basic, credentials_file: secret}",
       {"c:2:23: `type` can't be Basic: write `basic_auth` in place of it"}},
      {"authorization: {type: \"a b\", credentials_file: secret}",
       {"c:2:23: `type` has to be one word, such as Bearer"}},
      {"authorization: {credentials: x, credentials_file: none}",
       {"c:2:17: `credentials` isn't taken: write it to a file of its own, and that file's name "
        "at `credentials_file`",
        "c:2:51: `credentials_file`: " + no_file}},
      {"authorization: {credentials_file: lines}",
       {"c:2:35: `credentials_file`: lines: the secret has to be one line without control "
        "characters"}},
      {"basic_auth: {username_file: secret, password_file: secret}",
       {"c:2:13: `basic_auth` needs a `username`",
        "c:2:14: `username_file` isn't taken: the name is no secret: write it at `username`"}},
      {"oauth2: {client_secret: x}",
       {"c:2:9: `oauth2` needs a `client_id`", "c:2:9: `oauth2` needs a `client_secret_file`",
        "c:2:9: `oauth2` needs a `token_url`",
        "c:2:10: `client_secret` isn't taken: write it to a file of its own, and that file's name "
        "at `client_secret_file`"}},
      {"oauth2: {client_id: '', client_secret_file: empty, token_url: \"http://login.example/\", "
       "scopes: [\"a b\", '']}",
       {"c:2:21: `client_id` can't be empty, nor have control characters in it",
        "c:2:45: `client_secret_file`: empty: the secret is empty",
        "c:2:63: `token_url` has to begin with https://: `login.example` is no loopback address",
        "c:2:97: a scope has to be one word without quotes: write each as an item of its own",
        "c:2:104: a scope has to be one word without quotes: write each as an item of its own"}},
      {"oauth2: {client_id: a, client_secret_file: secret, token_url: \"https://l/t\", proxy_url: "
       "x, endpoint_params: {}}",
       {"c:2:78: `proxy_url` isn't taken: the token is asked for by the way that the settings "
        "beside `oauth2` name",
        "c:2:92: `endpoint_params` isn't taken: nothing but `scopes` is asked for; a server's own "
        "parameters may stand in the query of `token_url`"}},
      {"bearer_token: x",
       {"c:2:1: `bearer_token` isn't taken: write it to a file of its own, and that file's name "
        "at `authorization: {credentials_file: FILE}`"}},
      {"basic_auth: {username: a, password_file: secret}, oauth2: {client_id: a, "
       "client_secret_file: secret, token_url: \"https://l/t\"}",
       {"c:2:59: `basic_auth` and `oauth2` exclude each other: leave one off"}},
  });
}

TEST_F(HttpClientForm, RefusesHeadersThatAreNotPeoplesToSet) {
  const std::string line =
      "a header's value has to be one line without control characters, and not empty";
  std::vector<Bad> cases{
      {"http_headers: {\"a b\": {values: [x]}}",
       {"c:2:16: `a b` is no header's name: write letters, digits and -"}},
      {"http_headers: {\"X\\r\\nY\": {values: [x]}}",
       {"c:2:16: `X\\x0d\\x0aY` is no header's name: write letters, digits and -"}},
      {"http_headers: {X: {values: [\"a\\r\\nb: c\", \"\\n\", '']}}",
       {"c:2:29: " + line, "c:2:42: " + line, "c:2:48: " + line}},
      {"http_headers: {X: {values: [\"a\\0b\"]}}",
       {"c:2:29: a header's value has to be a text, not one with a NUL character",
        "c:2:16: `X` has no value: write {values: [TEXT]}, or {files: [FILE]}"}},
      {"http_headers: {X: {}}",
       {"c:2:16: `X` has no value: write {values: [TEXT]}, or {files: [FILE]}"}},
      {"http_headers: {X: {values: [a]}, x: {values: [b]}}",
       {"c:2:34: the header `x` is there already: write its values as one list"}},
      {"http_headers: {X: {secrets: [a], files: [lines]}}",
       {"c:2:20: `secrets` isn't taken: write each to a file of its own, and that file's name at "
        "`files`",
        "c:2:42: `files`: lines: the secret has to be one line without control characters"}},
  };
  const std::pair<const char*, const char*> taken[]{
      {"Host", "it comes from the URL"},
      {"AUTHORIZATION", "write `basic_auth`, `authorization` or `oauth2`"},
      {"cookie", "no cookies are sent"},
      {"Content-Type", "it says what is sent"},
      {"Content-Length", "it frames the request"},
      {"Transfer-Encoding", "it frames the request"},
      {"Connection", "it frames the request"},
      {"Expect", "it frames the request"},
      {"Upgrade", "it frames the request"},
      {"TE", "it frames the request"},
      {"Trailer", "it frames the request"},
      {"Proxy-Authorization", "write `proxy_basic_auth`"},
      {"Webhook-Id", "Standard Webhooks' own name is written by the sink"},
      {"ce-type", "CloudEvents' own name is written by the sink"},
      {"If-None-Match", "whether there is something new is asked where it is known"},
  };
  for (const auto& [name, why] : taken)
    cases.push_back({std::string("http_headers: {") + name + ": {values: [x]}}",
                     {std::string("c:2:16: the header `") + name + "` can't be set: " + why}});
  for (Bad& one : cases)
    std::ranges::sort(one.findings);
  expect_refused(cases);
}

TEST_F(HttpClientForm, SaysWhatItDoesNotHave) {
  expect_refused({{"follow_redirects: true, enable_http2: false",
                   {"c:2:1: `follow_redirects` isn't taken: redirects are never followed",
                    "c:2:25: `enable_http2` isn't taken: it isn't to be chosen"}}});
}

TEST_F(HttpClientForm, OfAnAuthorityHasNothingSecret) {
  std::vector<Bad> cases;
  for (const char* key : {"basic_auth", "authorization", "oauth2", "http_headers", "bearer_token",
                          "bearer_token_file"})
    cases.push_back({cloud(std::string(key) + ": x"),
                     {std::string("c:2:1: `") + key +
                      "` isn't taken: nothing secret is sent to an authority, which answers "
                      "everybody"}});
  expect_findings(folder_, cases);

  folder_.write("c", cloud("proxy_url: \"http://p:3128\", proxy_basic_auth: {username: me, "
                           "password_file: secret}, tls_config: {ca_file: ca.pem, cert_file: "
                           "own.pem, key_file: own-key.pem}"));
  const LoadedConfig loaded = folder_.load();
  EXPECT_EQ(folder_.shown(loaded.errors), std::vector<std::string>{});
  const HttpClientSettings& client = find_cloud(loaded.settings.clouds, "global")->http;
  EXPECT_EQ(client.proxy.login.username, "me");
  EXPECT_EQ(client.tls.cert_file, own_.file);
}

TEST_F(HttpClientForm, TakesTheOldKeysWithAWarning) {
  const std::string ca_file =
      "`ca_file` goes with the next release: write `tls_config: {ca_file: FILE}` in place of it";
  EXPECT_EQ(warnings(cloud("ca_file: ca.pem")), std::vector<std::string>{"c:2:10: " + ca_file});
  const LoadedConfig cloud_loaded = folder_.load();
  EXPECT_EQ(find_cloud(cloud_loaded.settings.clouds, "global")->http.tls.ca_file, authority_.file);
  const std::string sink = "events: {sinks: [{name: s, webhook: {url: \"https://a.example\",\n  ";
  EXPECT_EQ(warnings(sink + "ca_file: ca.pem, bearer_token_file: secret}}]}\n"),
            (std::vector<std::string>{
                "c:2:12: " + ca_file,
                "c:2:39: `bearer_token_file` goes with the next release: write `authorization: "
                "{credentials_file: FILE}` in place of it"}));
  const LoadedConfig loaded = folder_.load();
  const auto& http =
      std::get<WebhookSettings>(loaded.settings.events.sinks.at(0).target).http.client;
  EXPECT_EQ(http.tls.ca_file, authority_.file);
  EXPECT_EQ(http.authorization.credentials.file, folder_.path("secret"));
  expect_findings(
      folder_,
      {{sink + "ca_file: ca.pem, tls_config: {ca_file: ca.pem}}}]}\n",
        {"c:2:12: `ca_file` is what `tls_config: {ca_file: FILE}` is now: leave the former off"}},
       {sink + "bearer_token_file: secret, authorization: {credentials_file: secret}}}]}\n",
        {"c:2:22: `bearer_token_file` is what `authorization: {credentials_file: FILE}` is now: "
         "leave the former off"}},
       {list("ca_file: ca.pem"),
        {"c:2:1: `ca_file` isn't taken: write `tls_config: {ca_file: FILE}`"}}});
}

TEST_F(HttpClientForm, WarnsOfACertificateThatHasEnded) {
  const auto told = warnings(list("tls_config: {cert_file: ended.pem, key_file: ended-key.pem}"));
  ASSERT_EQ(told.size(), 1u);
  EXPECT_TRUE(told[0].starts_with("c:2:25: `cert_file` `ended.pem` ended at 20")) << told[0];
  EXPECT_TRUE(told[0].ends_with("Z: it needs a new certificate")) << told[0];
}

}  // namespace
}  // namespace tenantscope
