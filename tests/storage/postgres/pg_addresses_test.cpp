// A server's name that has several addresses, in a network of our own: each is a place to look.
#include <gtest/gtest.h>

#include "storage/postgres/session/pg_session.hpp"
#include "support/own_network.hpp"
#include "support/postgres_server.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

class PgAddresses : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {  // before there are threads
    const TemporaryFolder folder;
    entered_ = enter_network(folder.path()) && name_addresses(folder.path());
  }
  void SetUp() override {
    if (!entered_)
      GTEST_SKIP() << "name spaces of networks aren't permitted";
  }

 private:
  static bool name_addresses(const std::filesystem::path& folder) {
    const auto file = folder / "hosts";
    std::ofstream(file) << "::1 localhost\n127.0.0.1 localhost\n";
    return ::mount(file.c_str(), "/etc/hosts", nullptr, MS_BIND, nullptr) == 0;
  }

  static inline bool entered_ = false;
};

TEST_F(PgAddresses, AreTriedInTurn) {
  const PostgresServer server;
  const SilentAddress silent("::1", server.port());  // which comes first
  PgSession session({.hosts = {{.name = "localhost", .port = server.port()}},
                     .database = PostgresServer::database,
                     .user = PostgresServer::user,
                     .patience = std::chrono::seconds(2)});
  EXPECT_EQ(session.ask(PgStatement("SELECT 7::bigint")).row(0).number(0), 7u);
}

}  // namespace
}  // namespace tenantscope
