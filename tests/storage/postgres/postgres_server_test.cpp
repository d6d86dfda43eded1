#include "support/postgres_server.hpp"

#include <gtest/gtest.h>

namespace tenantscope {
namespace {

TEST(PostgresServer, KeepsWhatWasCommittedWhenItIsKilled) {
  PostgresServer server;
  server.ask("CREATE TABLE kept(number int)");
  server.ask("INSERT INTO kept VALUES (7)");
  server.kill();
  EXPECT_THROW(server.ask("SELECT 1"), std::runtime_error);
  server.start();
  EXPECT_EQ(server.ask("SELECT number FROM kept"), "7");
  EXPECT_EQ(server.ask("SHOW server_encoding"), "UTF8");
}

TEST(PostgresServer, IsReachedThroughAPooler) {
  const PostgresServer server;
  const Pgbouncer pooler(server);
  EXPECT_NE(pooler.port(), server.port());
}

}  // namespace
}  // namespace tenantscope
