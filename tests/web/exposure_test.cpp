#include "web/exposure.hpp"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

namespace tenantscope {
namespace {

enum class Tls { off, on, with_certificates };

WebConfig config_of(Tls tls, bool login) {
  WebConfig config;
  if (tls != Tls::off)
    config.tls.reset(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  config.trusted_clients_only = tls == Tls::with_certificates;
  if (login)
    config.basic_auth_users["prometheus"] = "$2y$10$...";
  return config;
}

TEST(Exposure, IsJudged) {
  using Addresses = std::vector<std::string>;
  const Addresses everywhere{"0.0.0.0:10944"};
  const Addresses here{"127.0.0.1:10944", "127.8.9.1:1", "[::1]:10944",
                       "unix:/run/tenantscope/web"};
  const struct {
    Addresses bound;
    Tls tls;
    bool login;
    Addresses exposed;
    std::string lacking;
  } rows[]{
      {here, Tls::off, false, {}, "TLS and a login"},
      {everywhere, Tls::off, false, everywhere, "TLS and a login"},
      {everywhere, Tls::off, true, everywhere, "TLS"},
      {everywhere, Tls::on, false, everywhere, "a login"},
      {everywhere, Tls::on, true, everywhere, ""},
      {everywhere, Tls::with_certificates, false, everywhere, ""},
      {everywhere, Tls::with_certificates, true, everywhere, ""},
      {{"[::]:10944"}, Tls::off, false, {"[::]:10944"}, "TLS and a login"},
      {{"127.0.0.1:1", "192.0.2.1:1", "unix:/web", "[2001:db8::1]:1"},
       Tls::off,
       false,
       {"192.0.2.1:1", "[2001:db8::1]:1"},
       "TLS and a login"},
      {{"[::127.0.0.1]:1"}, Tls::off, false, {"[::127.0.0.1]:1"}, "TLS and a login"},
      {{"[::1:2]:1"}, Tls::off, false, {"[::1:2]:1"}, "TLS and a login"},
      {{}, Tls::off, false, {}, "TLS and a login"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(testing::PrintToString(row.bound) + row.lacking);
    const Exposure exposure = exposure_of(row.bound, config_of(row.tls, row.login));
    EXPECT_EQ(exposure.addresses, row.exposed);
    EXPECT_EQ(exposure.lacking, row.lacking);
    EXPECT_EQ(bool(exposure), !row.exposed.empty() && !row.lacking.empty());
  }
}

}  // namespace
}  // namespace tenantscope
