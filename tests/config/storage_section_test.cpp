// `storage:` and `replica:`: where a ledger is that several daemons share.
#include <gtest/gtest.h>

#include "config/config_findings.hpp"
#include "support/sample_certificate.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

// Of the keys of `postgresql`; they begin at 1:25.
std::string postgresql(const std::string& keys) {
  return "storage: {postgresql: {" + keys + "}}\n";
}
const std::string local = "hosts: [127.0.0.1], database: d, user: u";

TEST(StorageSection, IsSqliteUnlessItSaysOtherwise) {
  const ConfigFolder folder("tenants: []\n");
  EXPECT_EQ(folder.load().settings.postgresql, std::nullopt);
}

TEST(StorageSection, HasDefaults) {
  const ConfigFolder folder(postgresql(local));
  ASSERT_EQ(folder.errors(), std::vector<std::string>());
  const PostgresSettings read = folder.load().settings.postgresql.value();
  EXPECT_EQ(read.hosts, (std::vector<PostgresHost>{{"127.0.0.1", 5432, true}}));
  EXPECT_EQ(read.schema, "tenantscope");
  EXPECT_EQ(read.lease, 10s);
  EXPECT_EQ(read.durability, Durability::checked);
}

TEST(StorageSection, EveryKey) {
  const ConfigFolder folder(
      postgresql("hosts: [\"db1.example:6432\", \"[2001:db8::1]\", \"/run/postgresql:5433\"], "
                 "database: d, user: u, password_file: secret, ca_file: ca.pem, schema: own, "
                 "lease: 5s, durability: provider") +
      "replica: {name: north}\n");
  folder.write("secret", "CANARY\n");
  folder.write("ca.pem", sample_certificate);
  ASSERT_EQ(folder.errors(), std::vector<std::string>());
  const Settings settings = folder.load().settings;
  const PostgresSettings read = settings.postgresql.value();
  EXPECT_EQ(read.hosts, (std::vector<PostgresHost>{{"db1.example", 6432, false},
                                                   {"2001:db8::1", 5432, false},
                                                   {"/run/postgresql", 5433, true}}));
  EXPECT_EQ(read.database, "d");
  EXPECT_EQ(read.user, "u");
  EXPECT_EQ(read.password_file, folder.path("secret"));
  EXPECT_EQ(read.ca_file, folder.path("ca.pem"));
  EXPECT_EQ(read.schema, "own");
  EXPECT_EQ(read.lease, 5s);
  EXPECT_EQ(read.durability, Durability::provider);
  EXPECT_EQ(settings.replica, "north");
}

TEST(StorageSection, Findings) {
  const ConfigFolder folder;
  folder.write("empty", "\n");
  expect_findings(
      folder,
      {
          {"storage: {path: data}\n",
           {"c:1:11: `path` isn't taken: SQLite's folder is the flag --storage.path"}},
          {postgresql("hosts: [], database: d, user: u"),
           {"c:1:31: `hosts` has to have 1 to 16 servers of the one database"}},
          {postgresql("hosts: [\"postgresql://u:CANARY@h/d\"], database: d, user: u"),
           {"c:1:32: a host of PostgreSQL has to be HOST, HOST:PORT or the folder of a unix "
            "socket, not `postgresql://...@h/d`"}},
          {postgresql("hosts: [\"/run/postgresql:x\", localhost, localhost], database: d, user: u"),
           {"c:1:32: a host of PostgreSQL has to be HOST, HOST:PORT or the folder of a unix "
            "socket, not `/run/postgresql:x`",
            "c:1:64: a host of PostgreSQL is there twice: `localhost`"}},
          {postgresql("hosts: [db1.example], database: d, user: u"),
           {"c:1:23: `ca_file` is needed: who answers at a host is verified by it, unless that is "
            "a loopback address or a unix socket"}},
          {postgresql("hosts: [127.0.0.1], database: \"\""),
           {"c:1:23: `postgresql` needs a `user`",
            "c:1:54: `database` has to be a name of 1 to 63 bytes"}},
          {postgresql(local + ", password: CANARY, sslmode: disable"),
           {"c:1:66: `password` isn't taken: write it to a file, and that file's name at "
            "`password_file`",
            "c:1:84: `sslmode` isn't taken: it is verify-full, but for loopback addresses and unix "
            "sockets"}},
          {postgresql(local + ", password_file: CANARY"),
           {"c:1:81: `password_file`: the secret's file isn't there; its name isn't shown, as it "
            "may be the secret"}},
          {postgresql(local + ", password_file: empty"),
           {"c:1:81: `password_file` empty: the secret is empty"}},
          {postgresql(local + ", client_key_file: k.pem"),
           {"c:1:83: `client_certificate_file` and `client_key_file` need each other: write both"}},
          {postgresql(local + ", lease: 1s, durability: chekced"),
           {"c:1:73: `lease` has to be 2s to 5m, not 1s",
            "c:1:89: unknown durability `chekced`, did you mean `checked`?"}},
          {"replica: {name: north}\n",
           {"c:1:10: `replica` names a daemon that shares its ledger, and needs "
            "`storage.postgresql`"}},
          {postgresql(local) + "replica: {}\n", {"c:2:10: `replica` needs a `name`"}},
      });
}

}  // namespace
}  // namespace tenantscope
