// A ledger of its own on a server that the process's tests share, as the suites that every ledger
// passes open it.
#pragma once

#include <fmt/format.h>
#include <libpq-fe.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "storage/postgres/pg_journal.hpp"
#include "storage/postgres/pg_ledger.hpp"
#include "storage/postgres/pg_schema.hpp"
#include "support/postgres_server.hpp"

namespace tenantscope {

inline PostgresServer& shared_server() {
  static PostgresServer server;
  return server;
}

inline PgSettings settings_at(std::uint16_t port) {
  return {.hosts = {{.name = PostgresServer::host, .port = port}},
          .database = PostgresServer::database,
          .user = PostgresServer::user,
          .patience = std::chrono::seconds(20)};
}

// In a schema of its own.
inline PgSettings with_new_ledger(PgSettings settings) {
  static std::atomic<int> made = 0;
  settings.schema = fmt::format("ledger {}", ++made);
  PgSession session(settings);
  create_pg_schema(session);
  return settings;
}

// The ledger's row is locked as by a commit that is under way, until this goes.
class PostgresTurn {
 public:
  PostgresTurn(std::uint16_t port, std::string schema)
      : schema_(std::move(schema)),
        connection_(
            PQconnectdb(fmt::format("host={} port={} user={} dbname={}", PostgresServer::host, port,
                                    PostgresServer::user, PostgresServer::database)
                            .c_str())) {
    execute("BEGIN");
    execute("SELECT 1 FROM {}.ledger FOR UPDATE");
  }
  ~PostgresTurn() { PQfinish(connection_); }
  PostgresTurn(const PostgresTurn&) = delete;
  PostgresTurn& operator=(const PostgresTurn&) = delete;

  void await_waiting() {
    while (shared_server().ask("SELECT count(*) FROM pg_stat_activity WHERE "
                               "wait_event_type = 'Lock' AND application_name = 'tenantscope'") ==
           "0")
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  void begin_term() { end_with("UPDATE {}.ledger SET term = term + 1"); }
  void raise_min_reader() { end_with("UPDATE {}.ledger SET version = 2, min_reader = 2"); }

 private:
  void end_with(const std::string& sql) {
    execute(sql);
    execute("COMMIT");
  }
  void execute(const std::string& sql) {
    PGresult* const result = PQexec(connection_, fmt::format(fmt::runtime(sql), schema_).c_str());
    const bool done =
        PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK;
    PQclear(result);
    if (!done)
      throw std::runtime_error(PQerrorMessage(connection_));
  }

  std::string schema_;
  PGconn* connection_;
};

struct PostgresStorage {
  PostgresStorage() : PostgresStorage(shared_server().port()) {}
  explicit PostgresStorage(std::uint16_t port) : settings(with_new_ledger(settings_at(port))) {}

  std::unique_ptr<Ledger> open(const std::string& replica = "test") {
    return open_postgres_ledger(settings, begin_postgres_term(settings, replica));
  }
  std::unique_ptr<Ledger> open_beside() {
    return open_postgres_ledger(settings, std::stoull(ask("SELECT term FROM {}.ledger")));
  }
  std::unique_ptr<Journal> open_journal() { return open_postgres_journal(settings); }

  void skip(std::uint64_t numbers) {
    ask(fmt::format("UPDATE {{}}.ledger SET head = head + {}", numbers));
  }
  PostgresTurn hold_turn() const {
    return {shared_server().port(), PgSession::in_quotes(settings.schema)};
  }
  void remember() const {
    each_table("DROP TABLE IF EXISTS {0}.{1}_then; CREATE TABLE {0}.{1}_then AS TABLE {0}.{1}");
  }
  void go_back() const {
    each_table("TRUNCATE {0}.{1}; INSERT INTO {0}.{1} TABLE {0}.{1}_then");
    ask("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE "
        "application_name = 'tenantscope'");
  }
  // {} is the schema.
  std::string ask(const std::string& sql) const {
    return shared_server().ask(
        fmt::format(fmt::runtime(sql), PgSession::in_quotes(settings.schema)));
  }

  PgSettings settings;

 private:
  void each_table(const std::string& sql) const {
    for (const char* table : {"ledger", "tenants", "heard", "journal", "outbox", "alerts"})
      shared_server().ask(
          fmt::format(fmt::runtime(sql), PgSession::in_quotes(settings.schema), table));
  }
};

}  // namespace tenantscope
