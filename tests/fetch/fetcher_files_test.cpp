// The files of TLS settings: a client's own certificate, whom it trusts, and that both are read
// anew; and names.
#include <gtest/gtest.h>

#include <filesystem>
#include <mutex>

#include "fetch/fetching.hpp"
#include "fetch/named_server.hpp"
#include "support/temporary_folder.hpp"
#include "support/tunnel.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

// A server whose clients have to show a certificate, and which answers with its serial number.
class ClientCertificates : public FetcherTest {
 protected:
  ClientCertificates() { server_.want_certificates(clients_); }

  // Of the client's certificate; nothing where there is no answer.
  std::optional<std::string> shown() {
    const auto fetched = fetch({.url = server_.url(),
                                .tls = {.ca_file = own_.file,
                                        .cert_file = folder_.path() / "client.pem",
                                        .key_file = folder_.path() / "client-key.pem"}});
    EXPECT_TRUE(fetched) << fetched.error().detail;
    return fetched ? std::optional(fetched->body) : std::nullopt;
  }
  // In one step each, as careful programs do it.
  void put(const Certificate& certificate, const std::string& file) {
    const fs::path& from = file == "client.pem" ? certificate.file : certificate.key;
    fs::copy_file(from, folder_.path() / "new", fs::copy_options::overwrite_existing);
    fs::rename(folder_.path() / "new", folder_.path() / file);
  }
  void put(const Certificate& certificate) {
    put(certificate, "client.pem");
    put(certificate, "client-key.pem");
  }

  TemporaryFolder folder_;
  const Certificate clients_ = make_certificate(
      folder_.path(), "clients", {.authority = true, .common_name = "the authority"});
  const Certificate first_ = make_certificate(folder_.path(), "first", {}, &clients_);
  const Certificate second_ = make_certificate(folder_.path(), "second", {}, &clients_);
  const Certificate own_ = make_certificate(folder_.path(), "IP:127.0.0.1");
  RawServer server_{
      [](RawConnection& connection) {
        while (connection.answer("200 OK", std::to_string(connection.client_serial())))
          continue;
      },
      own_};
};

TEST_F(ClientCertificates, AreShown) {
  put(first_);
  const auto serial = shown();
  ASSERT_TRUE(serial);
  EXPECT_NE(*serial, "0");
  EXPECT_EQ(shown(), serial);
  EXPECT_EQ(server_.connections(), 1);
  EXPECT_FALSE(fetch({.url = server_.url(), .tls = {.ca_file = own_.file}}))
      << "not by a request that has none, on a connection that has shown one";
}

TEST_F(ClientCertificates, AreReadAnewWhereBothFilesHaveChanged) {
  put(first_);
  const auto before = shown();
  ASSERT_TRUE(before);
  put(second_, "client.pem");
  EXPECT_EQ(shown(), before) << "while its key isn't there yet";
  put(second_, "client-key.pem");
  const auto after = shown();
  ASSERT_TRUE(after);
  EXPECT_NE(after, before);
  fs::remove(folder_.path() / "client-key.pem");
  EXPECT_EQ(shown(), after) << "the last good ones stay";
}

TEST_F(ClientCertificates, ThatCannotBeUsedAreNamed) {
  put(first_, "client.pem");
  put(second_, "client-key.pem");
  const auto fetched = fetch({.url = server_.url(),
                              .tls = {.ca_file = own_.file,
                                      .cert_file = folder_.path() / "client.pem",
                                      .key_file = folder_.path() / "client-key.pem"}});
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().kind, ErrorKind::tls);
  EXPECT_EQ(fetched.error().detail, (folder_.path() / "client-key.pem").string() +
                                        ": it isn't the key of the certificate in " +
                                        (folder_.path() / "client.pem").string());
  put(first_);
  EXPECT_TRUE(shown()) << "as soon as they can";
}

class TrustTest : public FetcherTest {
 protected:
  TemporaryFolder folder_;
};

TEST_F(TrustTest, IsReadAnewWhereItsFileHasChanged) {
  const Certificate first = make_certificate(folder_.path(), "first", {.names = "IP:127.0.0.1"});
  const Certificate second = make_certificate(folder_.path(), "second", {.names = "IP:127.0.0.1"});
  const fs::path trusted = folder_.path() / "trusted.pem";
  RawServer old_one(answering_forever("200 OK", "old"), first);
  RawServer new_one(answering_forever("200 OK", "new"), second);
  fs::copy_file(first.file, trusted);
  EXPECT_TRUE(fetch({.url = old_one.url(), .tls = {.ca_file = trusted}}));
  EXPECT_FALSE(fetch({.url = new_one.url(), .tls = {.ca_file = trusted}}));
  fs::copy_file(second.file, folder_.path() / "new.pem");
  fs::rename(folder_.path() / "new.pem", trusted);
  EXPECT_TRUE(fetch({.url = new_one.url(), .tls = {.ca_file = trusted}}));
  EXPECT_EQ(failure({.url = old_one.url(), .tls = {.ca_file = trusted}}), ErrorKind::tls)
      << "not even by the connection that is still there";
}

TEST_F(TrustTest, IsOfNoCertificateWithoutAnAlternativeName) {
  const Certificate bare = make_certificate(folder_.path(), "bare", {.common_name = "localhost"});
  const Certificate mail = make_certificate(
      folder_.path(), "mail", {.names = "email:me@a.example", .common_name = "localhost"});
  for (const Certificate& certificate : {bare, mail}) {
    RawServer server(answering_forever("200 OK", "ab"), certificate);
    const auto fetched = fetch({.url = "https://localhost:" + std::to_string(server.port()),
                                .tls = {.ca_file = certificate.file}});
    ASSERT_FALSE(fetched) << certificate.file;
    EXPECT_EQ(fetched.error().kind, ErrorKind::tls);
    EXPECT_EQ(fetched.error().detail,
              "the server's certificate has no subject alternative name: it has to be issued anew "
              "with one, as its common name doesn't count");
  }
}

// It answers with the name that was asked for at the handshake, and the host that was asked for
// then.
RawServer::Script telling_names() {
  return [](RawConnection& connection) {
    while (const auto head = connection.read_head()) {
      const auto host = head->substr(head->find("\r\nHost: ") + 8);
      const std::string told = connection.asked_name() + " " + host.substr(0, host.find('\r'));
      if (!connection.send(with_length(told.size(), told)))
        return;
    }
  };
}

TEST_F(TrustTest, IsOfTheNameThatTheSettingsSay) {
  const Certificate certificate = make_certificate(folder_.path(), "DNS:lists.internal");
  RawServer server(telling_names(), certificate);
  FetchRequest request{.url = server.url() + "/a", .tls = {.ca_file = certificate.file}};
  EXPECT_EQ(failure(request), ErrorKind::tls);
  request.tls.server_name = "lists.internal";
  for (int i = 0; i < 2; ++i) {
    const auto fetched = fetch(request);
    ASSERT_TRUE(fetched) << fetched.error().detail;
    EXPECT_EQ(fetched->body, "lists.internal " + server.address());
    EXPECT_EQ(fetched->connections_opened, i == 0 ? 1u : 0u);
  }
  request.tls.server_name = "other.internal";
  EXPECT_EQ(failure(request), ErrorKind::tls);
}

TEST_F(TrustTest, IsOfTheNameThatTheSettingsSayThroughAProxy) {
  const Certificate certificate = make_certificate(folder_.path(), "DNS:lists.internal");
  RawServer server(telling_names(), certificate);
  Tunnel tunnel(server.port());
  RawServer proxy(tunnel.script());
  const auto fetched = fetch({.url = "https://a.invalid:8443/",
                              .tls = {.ca_file = certificate.file, .server_name = "lists.internal"},
                              .proxy_url = proxy.url()});
  ASSERT_TRUE(fetched) << fetched.error().detail;
  EXPECT_EQ(fetched->body, "lists.internal a.invalid:8443");
  EXPECT_TRUE(tunnel.heads().at(0).starts_with("CONNECT a.invalid:8443 "));
}

TEST(NamedServer, IsAskedUnderAnotherName) {
  const struct {
    std::string url, name, asked, connect_to, host;
  } table[] = {
      {"https://a.example/x?y=z", "b.example", "https://b.example:443/x?y=z", "::a.example:443",
       "Host: a.example"},
      {"https://a.example:8443", "b.example", "https://b.example:8443", "::a.example:8443",
       "Host: a.example:8443"},
      {"https://[::1]:1/", "b.example", "https://b.example:1/", "::[::1]:1", "Host: [::1]:1"},
      {"https://[::1]/", "10.0.0.1", "https://10.0.0.1:443/", "::[::1]:443", "Host: [::1]"},
  };
  for (const auto& row : table) {
    const NamedServer server = named_server(row.url, row.name);
    EXPECT_EQ(server.url, row.asked);
    EXPECT_EQ(server.connect_to, row.connect_to);
    EXPECT_EQ(server.host, row.host);
  }
}

}  // namespace
}  // namespace tenantscope
