// A ledger of its own on a server that the process's tests share, as the suites that every ledger
// passes open it.
#pragma once

#include <fmt/format.h>

#include <atomic>
#include <memory>
#include <string>

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

// `schema`: one that no other of these has.
inline PgSettings with_new_ledger(PgSettings settings) {
  static std::atomic<int> made = 0;
  settings.schema = fmt::format("ledger {}", ++made);
  PgSession session(settings);
  create_pg_schema(session);
  return settings;
}

struct PostgresStorage {
  std::unique_ptr<Ledger> open() {
    return open_postgres_ledger(settings, begin_postgres_term(settings, "test"));
  }
  std::unique_ptr<Journal> open_journal() { return open_postgres_journal(settings); }
  void skip(std::uint64_t numbers) {
    ask(fmt::format("UPDATE {{}}.ledger SET head = head + {}", numbers));
  }
  // {} is the schema.
  std::string ask(const std::string& sql) const {
    return shared_server().ask(
        fmt::format(fmt::runtime(sql), PgSession::in_quotes(settings.schema)));
  }

  PgSettings settings = with_new_ledger(settings_at(shared_server().port()));
};

}  // namespace tenantscope
