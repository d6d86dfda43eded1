#include "config/http/client_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "config/config_folder.hpp"
#include "support/certificate.hpp"

namespace tenantscope {
namespace {

struct ClientFile {
  explicit ClientFile(const std::string& text) {
    folder.write("c", text);
    folder.write("secret", "s3cret\n");
  }
  HttpClientSettings client() const { return load_http_client(folder.path("c")).client; }
  std::vector<std::string> errors() const {
    return folder.shown(load_http_client(folder.path("c")).errors);
  }

  ConfigFolder folder;
};

using Findings = std::vector<std::string>;

TEST(HttpClientFile, SaysWhoOneIs) {
  EXPECT_EQ(ClientFile("{}").client(), HttpClientSettings{});
  EXPECT_EQ(ClientFile("basic_auth: {username: alice, password: 'a:b'}").client().basic_auth,
            (BasicLogin{.username = "alice", .password = {.text = "a:b"}}));
  const ClientFile by_file("basic_auth: {username: alice, password_file: secret}");
  EXPECT_EQ(by_file.client().basic_auth.password.file, by_file.folder.path("secret"));
  const ClientFile token("authorization: {credentials_file: secret}");
  EXPECT_EQ(token.client().authorization,
            (AuthorizationSettings{.credentials = {.file = token.folder.path("secret")}}));
  EXPECT_EQ(ClientFile("authorization: {type: Token, credentials: x}").client().authorization,
            (AuthorizationSettings{.type = "Token", .credentials = {.text = "x"}}));
  EXPECT_EQ(ClientFile("oauth2: {client_id: me, client_secret: x, token_url: "
                       "\"https://login.example/token\"}")
                .client()
                .oauth2,
            (OAuth2Settings{.client_id = "me",
                            .client_secret = {.text = "x"},
                            .token_url = "https://login.example/token"}));
  EXPECT_EQ(ClientFile("http_headers: {X-Scope: {values: [a], secrets: [b]}}").client().headers,
            (std::vector<HttpHeaderSettings>{{.name = "X-Scope", .values = {"a", "b"}}}));
}

TEST(HttpClientFile, SaysWhomOneTrustsAndWhatOneShows) {
  const ClientFile file(
      "tls_config: {ca_file: ca.pem, cert_file: own.pem, key_file: own-key.pem}\n"
      "proxy_url: \"http://proxy.example:3128\"\n"
      "proxy_basic_auth: {username: me, password: word}\n");
  const std::filesystem::path folder = file.folder.path("c").parent_path();
  const Certificate authority = make_certificate(folder, "ca", {.authority = true});
  const Certificate own = make_certificate(folder, "own", {}, &authority);
  EXPECT_EQ(file.errors(), Findings{});
  EXPECT_EQ(
      file.client().tls,
      (TlsClientSettings{.ca_file = authority.file, .cert_file = own.file, .key_file = own.key}));
  EXPECT_EQ(file.client().proxy,
            (ProxySettings{.url = "http://proxy.example:3128",
                           .login = {.username = "me", .password = {.text = "word"}}}));
}

TEST(HttpClientFile, IsReadStrictly) {
  const auto expect = [](const std::string& text, const Findings& findings) {
    EXPECT_EQ(ClientFile(text).errors(), findings) << text;
  };
  expect("basic_auth: {username: alice}",
         {"c:1:13: `basic_auth` needs one of `password` and `password_file`"});
  expect("basic_auth: {username: alice, password: a, password_file: secret}",
         {"c:1:13: `basic_auth` needs only one of `password` and `password_file`"});
  expect("basic_auth: {username: 'a:b', password: a}",
         {"c:1:24: `username` can't have a `:` or control characters in it"});
  expect("basic_auth: {username: a, password: ''}",
         {"c:1:37: `password` has to be one line without control characters, and not empty"});
  expect("basic_auth: {username: a, password: []}",
         {"c:1:37: `password` has to be a text, not a list"});
  expect("basic_auth: {password: a}", {"c:1:13: `basic_auth` needs a `username`"});
  expect("authorization: {type: Bearer}",
         {"c:1:16: `authorization` needs one of `credentials` and `credentials_file`"});
  expect("basic_auth: {username: a, password: b}\nauthorization: {credentials: x}",
         {"c:2:16: `basic_auth` and `authorization` exclude each other: leave one off"});
  expect("tls_config: {ca_file: nowhere}",
         {"c:1:23: `ca_file` `nowhere` can't be read: No such file or directory"});
  expect("bearer_token: x", {"c:1:1: `bearer_token` isn't taken: write `authorization: "
                             "{credentials: TOKEN}`"});
  expect("bearer_token_file: secret", {"c:1:1: `bearer_token_file` isn't taken: write "
                                       "`authorization: {credentials_file: FILE}`"});
  expect("ca_file: secret", {"c:1:1: `ca_file` isn't taken: write `tls_config: {ca_file: FILE}`"});
  expect("- a", {"c:1:1: the file has to be a map, not a list"});
  expect("# later",
         {"c:1:1: the file is empty, or has nothing but comments; write {} for the defaults"});
  const ConfigFolder nothing;
  EXPECT_EQ(nothing.shown(load_http_client(nothing.path("none")).errors),
            Findings{"none:1:1: the file can't be read: No such file or directory"});
}

}  // namespace
}  // namespace tenantscope
