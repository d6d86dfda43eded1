#include "config/http_client_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "config/config_folder.hpp"
#include "support/certificate.hpp"

namespace tenantscope {
namespace {

struct File {
  explicit File(const std::string& text) {
    folder.write("c", text);
    folder.write("secret", "s3cret\n");
  }
  HttpClient client() const { return load_http_client(folder.path("c")).client; }
  std::vector<std::string> errors() const {
    return folder.shown(load_http_client(folder.path("c")).errors);
  }

  ConfigFolder folder;
};

using Findings = std::vector<std::string>;

TEST(HttpClientFile, SaysWhoOneIs) {
  EXPECT_EQ(File("{}").client().authorization, "");
  EXPECT_EQ(File("basic_auth: {username: alice, password: 'a:b'}").client().authorization,
            "Basic YWxpY2U6YTpi");
  EXPECT_EQ(File("basic_auth: {username: alice, password_file: secret}").client().authorization,
            "Basic YWxpY2U6czNjcmV0");
  EXPECT_EQ(File("authorization: {credentials_file: secret}").client().authorization,
            "Bearer s3cret");
  EXPECT_EQ(File("authorization: {type: Token, credentials: x}").client().authorization, "Token x");
}

TEST(HttpClientFile, SaysWhomOneTrusts) {
  const File file("tls_config: {ca_file: ca.pem}");
  const Certificate authority =
      make_certificate(file.folder.path("c").parent_path(), "ca", {.authority = true});
  EXPECT_EQ(file.errors(), Findings{});
  EXPECT_EQ(file.client().ca_file, authority.file);
}

TEST(HttpClientFile, IsReadStrictly) {
  const auto expect = [](const std::string& text, const Findings& findings) {
    EXPECT_EQ(File(text).errors(), findings) << text;
  };
  expect("basic_auth: {username: alice}",
         {"c:1:13: `basic_auth` needs one of `password` and `password_file`"});
  expect("basic_auth: {username: alice, password: a, password_file: secret}",
         {"c:1:13: `basic_auth` needs only one of `password` and `password_file`"});
  expect("basic_auth: {username: 'a:b', password: a}",
         {"c:1:24: `username` can't have a `:` in it"});
  expect("basic_auth: {password: a}", {"c:1:13: `basic_auth` needs a `username`"});
  expect("authorization: {type: Bearer}",
         {"c:1:16: `authorization` needs one of `credentials` and `credentials_file`"});
  expect("basic_auth: {username: a, password: b}\nauthorization: {credentials: x}",
         {"c:2:16: `basic_auth` and `authorization` exclude each other: leave one off"});
  expect("tls_config: {ca_file: nowhere}",
         {"c:1:23: `ca_file` `nowhere` can't be read: No such file or directory"});
  expect("tls_config: {insecure_skip_verify: true}",
         {"c:1:14: unknown key `insecure_skip_verify`; the keys here are: ca_file"});
  expect("- a", {"c:1:1: the file has to be a map, not a list"});
  expect("# later",
         {"c:1:1: the file is empty, or has nothing but comments; write {} for the defaults"});
  const ConfigFolder nothing;
  EXPECT_EQ(nothing.shown(load_http_client(nothing.path("none")).errors),
            Findings{"none:1:1: the file can't be read: No such file or directory"});
}

}  // namespace
}  // namespace tenantscope
