#include "sinks/standard_webhooks.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/text/base64.hpp"
#include "config/secret_file.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

const std::string id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const std::string body = R"({"test": 2432232314})";

std::string counting_key() {
  std::string key;
  for (char c = 0; c < 32; ++c)
    key += c;
  return key;
}

// The example of https://github.com/standard-webhooks/standard-webhooks.
TEST(StandardWebhooks, SignsAsItsReferenceDoes) {
  TemporaryFolder folder;
  std::ofstream(folder.path() / "key") << "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n";
  const std::string key = read_signing_key(folder.path() / "key").value();
  EXPECT_EQ(webhook_signature({key}, id, 1614265330, body),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  EXPECT_EQ(webhook_signature({counting_key(), key}, id, 1614265330, body),
            "v1,O4Gjv1HqPqsMrjmczoggs/sWA8gZD0VyHG+fLh4+ktI= "
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  EXPECT_EQ(webhook_signature({}, id, 1614265330, body), "");
}

// Computed with: printf 'ID.TIMESTAMP.BODY' | openssl dgst -sha256 -mac HMAC -macopt hexkey:KEY
// -binary | base64
TEST(StandardWebhooks, SignsAsOpensslDoes) {
  const struct {
    std::string key, id;
    std::int64_t timestamp;
    std::string body, signature;
  } table[] = {
      {counting_key(), "id", 0, "", "v1,u+jM393lOM6OGACLZrm7FfUsENahWipUTYgiDCB1LxQ="},
      {counting_key(), "a", -1, std::string("\0\n\xff.", 4),
       "v1,o1yeDMuTT1LqaI9MsSTbRBUylk/3dwpGIiu4R7TeyII="},
      {std::string(100, '\xab'), "id", 1700000000, "x",
       "v1,PesrxaQ6FPf5bH1Dj7zHTB5RPrtFzXioYXiUCJ0+vbI="},
  };
  for (const auto& row : table)
    EXPECT_EQ(webhook_signature({row.key}, row.id, row.timestamp, row.body), row.signature)
        << row.id;
}

TEST(Base64, Pads) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
      {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {std::string("\0\xff\xfb", 3), "AP/7"}};
  for (const auto& [bytes, text] : table)
    EXPECT_EQ(encode_base64(bytes), text);
}

}  // namespace
}  // namespace tenantscope
