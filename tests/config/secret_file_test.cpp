#include "config/secret_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "support/environment.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

class SecretFile : public testing::Test {
 protected:
  void SetUp() override { unset_variable("CREDENTIALS_DIRECTORY"); }
  void TearDown() override { unset_variable("CREDENTIALS_DIRECTORY"); }

  fs::path write(const std::string& name, const std::string& text) const {
    fs::path path = folder_.path() / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  std::string secret(const std::string& text) const { return shown(read_secret(write("s", text))); }
  std::string key(const std::string& text) const {
    return shown(read_signing_key(write("s", text)));
  }

  // The secret, or "! " and the error without the folder.
  std::string shown(const Result<std::string>& result) const {
    if (result)
      return *result;
    EXPECT_EQ(result.error().kind, ErrorKind::io);
    std::string detail = result.error().detail;
    const std::string prefix = folder_.path().native() + "/";
    if (const auto at = detail.find(prefix); at != std::string::npos)
      detail.erase(at, prefix.size());
    return "! " + detail;
  }

  TemporaryFolder folder_;
};

TEST_F(SecretFile, IsItsTextWithoutTheLinesEnd) {
  EXPECT_EQ(secret("token"), "token");
  EXPECT_EQ(secret("token\n"), "token");
  EXPECT_EQ(secret("token\r\n"), "token");
  EXPECT_EQ(secret("pass word \n"), "pass word ");
  EXPECT_EQ(secret("Schlüssel"), "Schlüssel");
}

TEST_F(SecretFile, HasToBeOneLineOfSomething) {
  EXPECT_EQ(secret(""), "! s: the secret is empty");
  EXPECT_EQ(secret("\n"), "! s: the secret is empty");
  for (const std::string text : {"a\nb", "a\tb", "a\x7f", "\na"})
    EXPECT_EQ(secret(text), "! s: the secret has to be one line without control characters")
        << text;
  EXPECT_EQ(secret(std::string("a\0b", 3)),
            "! s: the secret has to be one line without control characters");
}

TEST_F(SecretFile, HasNoByteOrderMark) {
  for (const std::string& text : {std::string("\xEF\xBB\xBFtoken\n"), std::string("\xFF\xFEt\0", 4),
                                  std::string("\xFE\xFF\0t", 4)}) {
    EXPECT_EQ(
        secret(text),
        "! s: the secret begins with a byte order mark, as some editors and PowerShell write: "
        "save it as UTF-8 without one");
    EXPECT_EQ(key(text), secret(text));
  }
}

TEST_F(SecretFile, HasToBeThere) {
  EXPECT_EQ(shown(read_secret(folder_.path() / "none")),
            "! none: the secret can't be read: No such file or directory");
  EXPECT_EQ(shown(read_signing_key(folder_.path() / "none")),
            "! none: the secret can't be read: No such file or directory");
  EXPECT_EQ(refuse_secret_name(folder_.path() / "none").value_or("").find("none"),
            std::string::npos);
  EXPECT_TRUE(refuse_secret_name(folder_.path() / "none"));
  write("sub/x", "");
  EXPECT_EQ(shown(read_secret(folder_.path() / "sub")),
            "! sub: the secret can't be read: it is a folder");
}

TEST_F(SecretFile, SigningKeysAreBase64WithOrWithoutTheirPrefix) {
  EXPECT_EQ(key("whsec_dGVuYW50c2NvcGU="), "tenantscope");
  EXPECT_EQ(key("dGVuYW50c2NvcGU=\n"), "tenantscope");
  EXPECT_EQ(key("whsec_YQ=="), "a");
  EXPECT_EQ(key("whsec_YWI="), "ab");
  EXPECT_EQ(key("whsec_YWJj"), "abc");
  EXPECT_EQ(key("whsec_+/+/"), "\xfb\xff\xbf");
  EXPECT_EQ(key("whsec_AAAA"), std::string(3, '\0'));
  EXPECT_EQ(key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").size(), 24u);
}

TEST_F(SecretFile, WhatIsNoBase64IsNoSigningKey) {
  const std::string refused =
      "! s: a signing secret is `whsec_` and base64; make one with: echo whsec_$(openssl rand "
      "-base64 32)";
  for (const std::string text :
       {"whsec_", "whsec_YQ", "whsec_YQ=", "whsec_Y", "whsec_Y===", "whsec_====", "whsec_YQ==YQ==",
        "whsec_Y=Jj", "whsec_Y_Jj", "whsec_Y-Jj", "whsec_YW j", "whsec_ YWJj", "whsec_YWJj ",
        "    YWJj", "YWJj    ", "whsec_whsec_YWJj", "WHSEC_YWJj", "correct horse", "YW\xc3\xbc"})
    EXPECT_EQ(key(text), refused) << text;
  EXPECT_EQ(key("\n"), "! s: the secret is empty");
}

TEST_F(SecretFile, LiesBesideTheConfiguration) {
  EXPECT_EQ(secret_path(folder_.path(), "sub/../token"), folder_.path() / "token");
  EXPECT_EQ(secret_path(folder_.path(), "/run/token"), "/run/token");
  EXPECT_EQ(secret_path("", "token"), fs::current_path() / "token");
}

TEST_F(SecretFile, OrIsHandedOverByTheSupervisor) {
  const fs::path handed = write("credentials/token", "handed over").parent_path();
  const fs::path folder = write("etc/c.yaml", "").parent_path();
  EXPECT_EQ(secret_path(folder, "token"), folder / "token");

  set_variable("CREDENTIALS_DIRECTORY", handed);
  EXPECT_EQ(secret_path(folder, "token"), handed / "token");
  EXPECT_EQ(secret_path(folder, "/etc/token"), "/etc/token");
  EXPECT_EQ(secret_path(folder, "none"), folder / "none");  // where to put it, for the message

  write("etc/token", "own");
  EXPECT_EQ(secret_path(folder, "token"), folder / "token");
}

}  // namespace
}  // namespace tenantscope
