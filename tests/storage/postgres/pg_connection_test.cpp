#include "storage/postgres/session/pg_connection.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "storage/postgres/session/pg_options.hpp"
#include "storage/postgres/session/pg_session.hpp"
#include "support/environment.hpp"
#include "support/postgres_server.hpp"
#include "support/raw_server.hpp"

namespace tenantscope {
namespace {

PgSettings settings_of(const PostgresServer& server) {
  return {.hosts = {{.name = PostgresServer::host, .port = server.port()}},
          .database = PostgresServer::database,
          .user = PostgresServer::user};
}

PgHost host_of(const RawServer& server) { return {.name = "127.0.0.1", .port = server.port()}; }

SteadyTime soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(10); }

std::string why(const std::function<void()>& work) {
  try {
    work();
  } catch (const PgFailure& failure) {
    return failure.what();
  }
  return "";
}

TEST(PgConnection, GivesBackWhatItWasGiven) {
  const PostgresServer server;
  PgSession session(settings_of(server));
  const Guid guid = random_guid();
  const std::string bytes("a\0b\xff", 4);
  const PgRows rows = session.ask(
      PgStatement("SELECT $1, $2, $3, $4, $5, $6, $7", std::numeric_limits<std::uint64_t>::max(),
                  std::int64_t(-5), std::string("Straße"), PgBytes{bytes}, guid, true,
                  std::optional<std::int64_t>()));
  const PgRow row = rows.row(0);
  EXPECT_EQ(row.integer(0), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(row.integer(1), -5);
  EXPECT_EQ(row.text(2), "Straße");
  EXPECT_EQ(row.text(3), bytes);
  EXPECT_EQ(row.guid(4), guid);
  EXPECT_TRUE(row.truth(5));
  EXPECT_TRUE(row.null(6));
}

TEST(PgConnection, GivesArraysWithNothingInThem) {
  const PostgresServer server;
  PgSession session(settings_of(server));
  const std::vector<std::optional<std::string>> texts{"a", std::nullopt, "c"};
  const PgRows rows =
      session.ask(PgStatement("SELECT text, cardinality($2) FROM unnest($1) AS given(text)", texts,
                              std::vector<std::int64_t>()));
  ASSERT_EQ(rows.size(), 3);
  EXPECT_EQ(rows.row(0).text(0), "a");
  EXPECT_TRUE(rows.row(1).null(0));
  EXPECT_EQ(rows.row(2).integer(1), 0);
}

TEST(PgConnection, ExecutesNothingBehindWhatIsRefused) {
  const PostgresServer server;
  server.ask("CREATE TABLE numbers(number bigint)");
  PgSession session(settings_of(server));
  const auto written = [&](std::int64_t divisor) {
    std::vector<PgStatement> statements;
    statements.emplace_back("INSERT INTO public.numbers VALUES ($1)", divisor);
    statements.emplace_back("SELECT 1 / $1", divisor);
    return session.write(std::move(statements), soon());
  };
  try {
    written(0);
    FAIL();
  } catch (const PgFailure& failure) {
    EXPECT_EQ(failure.state, PgFailure::condition);
  }
  EXPECT_EQ(server.ask("SELECT count(*) FROM numbers"), "0");
  EXPECT_EQ(written(1).size(), 2u) << "the connection goes on";
  EXPECT_EQ(server.ask("SELECT count(*) FROM numbers"), "1");
}

TEST(PgConnection, FindsNothingByANameWithoutItsSchemaInATransaction) {
  const PostgresServer server;
  server.ask("CREATE TABLE numbers(number bigint)");
  PgSession session(settings_of(server));
  std::vector<PgStatement> statements;
  statements.emplace_back("SELECT * FROM numbers");
  EXPECT_NE(why([&] { session.write(std::move(statements), soon()); }).find("does not exist"),
            std::string::npos);
}

TEST(PgConnection, ComesBackAfterItsServer) {
  PostgresServer server;
  PgSession session(settings_of(server));
  const PgStatement question("SELECT 1");
  EXPECT_EQ(session.ask(question).row(0).integer(0), 1);
  server.kill();
  EXPECT_NE(why([&] { session.ask(question); }), "");
  server.start();
  EXPECT_EQ(session.ask(question).row(0).integer(0), 1);
}

TEST(PgConnection, TakesNoConnectionThatEndedMeanwhile) {
  PostgresServer server;
  PgSession session(settings_of(server));
  const PgStatement question("SELECT 1");
  session.ask(question);
  server.kill();
  server.start();
  EXPECT_EQ(why([&] { session.ask(question); }), "");
}

TEST(PgConnection, SaysWhatIsWrongWithALogin) {
  const PostgresServer server;
  PgSettings settings = settings_of(server);
  settings.database = "nowhere";
  PgSession session(settings);
  try {
    session.ask(PgStatement("SELECT 1"));
    FAIL();
  } catch (const PgFailure& failure) {
    EXPECT_EQ(failure.state, "3D000");
    EXPECT_FALSE(failure.may_pass());
    EXPECT_NE(std::string(failure.what()).find("\"nowhere\" does not exist"), std::string::npos);
    EXPECT_EQ(std::string(failure.what()).find('\n'), std::string::npos);
  }
}

// It takes the connection and says nothing, as a server does that hangs.
TEST(PgConnection, WaitsForNoServerThatHangs) {
  const PostgresServer server;
  RawServer silent([](RawConnection& connection) { connection.wait_for_end(); });
  PgSettings settings = settings_of(server);
  settings.patience = std::chrono::milliseconds(300);
  settings.hosts = {host_of(silent)};
  PgSession alone(settings);
  EXPECT_NE(why([&] { alone.ask(PgStatement("SELECT 1")); }).find("in time"), std::string::npos);

  settings.patience = std::chrono::seconds(3);
  settings.hosts.push_back({.name = PostgresServer::host, .port = server.port()});
  PgSession both(settings);
  EXPECT_EQ(both.ask(PgStatement("SELECT 1")).row(0).integer(0), 1);
}

TEST(PgConnection, TakesNoServerThatCanOnlyBeRead) {
  const PostgresServer read_only, writable;
  read_only.ask("ALTER SYSTEM SET default_transaction_read_only = on");
  read_only.ask("SELECT pg_reload_conf()");
  PgSettings settings = settings_of(read_only);
  const auto refused = [&] {
    PgSession alone(settings);
    return why([&] { alone.ask(PgStatement("SELECT 1")); }).find("only be read") !=
           std::string::npos;
  };
  while (!refused())  // until it has read its configuration
    continue;
  settings.hosts.push_back({.name = PostgresServer::host, .port = writable.port()});
  PgSession session(settings);
  EXPECT_EQ(session.ask(PgStatement("SELECT current_setting('port')::int")).row(0).integer(0),
            writable.port());
}

struct Variables {
  Variables(std::initializer_list<const char*> all, const std::string& value) : names(all) {
    for (const char* name : names)
      set_variable(name, value);
  }
  ~Variables() {
    for (const char* name : names)
      unset_variable(name);
  }
  std::vector<const char*> names;
};

TEST(PgConnection, FollowsNoEnvironment) {
  const PostgresServer server;
  {
    const Variables nonsense(
        {"PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER", "PGDATABASE", "PGSSLMODE", "PGPASSFILE",
         "PGCHANNELBINDING", "PGTARGETSESSIONATTRS", "PGCONNECT_TIMEOUT", "PGGSSENCMODE"},
        "nonsense");
    PgSession session(settings_of(server));
    EXPECT_EQ(session.ask(PgStatement("SELECT current_user::text")).row(0).text(0),
              PostgresServer::user);
  }
  const Variables options({"PGOPTIONS"}, "-c search_path=elsewhere");
  PgSession refused(settings_of(server));
  EXPECT_NE(why([&] { refused.ask(PgStatement("SELECT 1")); }).find("PGOPTIONS is set"),
            std::string::npos);
}

TEST(PgConnection, WantsToKnowWhoAnswersElsewhere) {
  PgSettings settings{.hosts = {{.name = "192.0.2.1"}}, .database = "d", .user = "u"};
  PgSession session(settings);
  EXPECT_NE(why([&] { session.ask(PgStatement("SELECT 1")); }).find("no CA file"),
            std::string::npos);
}

TEST(PgConnection, TakesNoNameForAnAddressOfThisMachine) {
  for (const char* near : {"localhost", "127.0.0.1", "127.1.2.3", "::1", "/run/postgresql"})
    EXPECT_TRUE(is_near({.name = near})) << near;
  for (const char* far : {"127.db.example", "127.0.0.1.db.example", "127.", "127.1", "192.0.2.1"})
    EXPECT_FALSE(is_near({.name = far})) << far;
}

TEST(PgConnection, GoesOverAUnixSocket) {
  const PostgresServer server;
  PgSettings settings = settings_of(server);
  settings.hosts.front().name = server.folder() / "data";
  PgSession session(settings);
  EXPECT_TRUE(session.ask(PgStatement("SELECT inet_client_addr() IS NULL")).row(0).truth(0));
  const Variables elsewhere({"PGHOSTADDR"}, "192.0.2.1");
  PgSession refused(settings);
  EXPECT_NE(why([&] { refused.ask(PgStatement("SELECT 1")); }).find("PGHOSTADDR is set"),
            std::string::npos);
}

// With a certificate of its own for "localhost".
void use_tls(const PostgresServer& server, const Certificate& certificate) {
  const auto data = server.folder() / "data";
  std::filesystem::copy(certificate.file, data / "server.crt");
  std::filesystem::copy(certificate.key, data / "server.key");
  std::filesystem::permissions(data / "server.key", std::filesystem::perms::owner_read);
  server.ask("ALTER SYSTEM SET ssl = on");
  server.ask("SELECT pg_reload_conf()");
  while (server.ask("SHOW ssl") != "on")
    continue;
}

TEST(PgConnection, KnowsWhoAnswersWhereACaIsNamed) {
  const TemporaryFolder folder;
  const Certificate certificate =
      make_certificate(folder.path(), "server", {.names = "DNS:localhost", .authority = true});
  const Certificate another =
      make_certificate(folder.path(), "another", {.names = "DNS:localhost", .authority = true});
  const PostgresServer server;
  PgSettings settings = settings_of(server);
  settings.hosts.front().name = "localhost";
  settings.ca_file = certificate.file;
  const auto asked = [&] {
    PgSession session(settings);
    return session.ask(PgStatement("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
        .row(0)
        .truth(0);
  };
  EXPECT_NE(why(asked).find("server does not support SSL"), std::string::npos) << why(asked);
  use_tls(server, certificate);
  EXPECT_TRUE(asked());
  PgSession session(settings);
  for (std::int64_t size = 1000; size < 200'000; size += 1309)  // of TLS's records, and of parts
    EXPECT_EQ(session.ask(PgStatement("SELECT repeat('x', $1::int)", size)).row(0).view(0).size(),
              std::size_t(size));
  settings.hosts.front().name = PostgresServer::host;
  EXPECT_NE(why(asked).find("does not match host name"), std::string::npos) << why(asked);
  settings.hosts.front().name = "localhost";
  settings.ca_file = another.file;
  EXPECT_NE(why(asked).find("certificate verify failed"), std::string::npos) << why(asked);
}

TEST(PgConnection, AsksForThePasswordAtEachConnect) {
  PostgresServer server;
  PgSettings settings = settings_of(server);
  int asked = 0;
  settings.password = [&]() -> Result<std::string> {
    if (++asked == 2)
      return Error{ErrorKind::io, "/run/secrets/password: it can't be read"};
    return "secret";
  };
  PgSession session(settings);
  session.ask(PgStatement("SELECT 1"));
  session.ask(PgStatement("SELECT 1"));
  EXPECT_EQ(asked, 1);
  server.kill();
  server.start();
  EXPECT_EQ(why([&] { session.ask(PgStatement("SELECT 1")); }),
            "/run/secrets/password: it can't be read");
}

}  // namespace
}  // namespace tenantscope
