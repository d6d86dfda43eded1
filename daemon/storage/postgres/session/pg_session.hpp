// The way to the server that can be written to: of several hosts, the one that isn't read-only, and
// never one whose timeline is older than one that was seen: it hung, and another one took its
// place. A connection that is lost is made anew at the next call, to the next host where that can
// be. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "storage/postgres/pg_seen.hpp"
#include "storage/postgres/session/pg_connection.hpp"
#include "storage/postgres/session/pg_settings.hpp"

namespace tenantscope {

class PgSession {
 public:
  // Called with each new connection before anything else uses it. What it throws ends that.
  using Greeting = std::function<void(PgConnection& connection, SteadyTime deadline)>;

  explicit PgSession(PgSettings settings, Greeting greet = {});

  static std::string in_quotes(const std::string& name);

  // The schema's name, in quotes.
  const std::string& schema() const { return schema_; }
  SteadyTime deadline() const;  // of a call that begins now
  PgSeen& seen() const { return *settings_.seen; }

  // The connection, which is made where there is none. Throws PgFailure.
  PgConnection& connection(SteadyTime deadline);
  // All of them throw PgFailure. As PgConnection::run(); a connection that was lost is dropped.
  std::vector<PgRows> run(std::span<const PgStatement> statements, SteadyTime deadline);
  PgRows ask(const PgStatement& statement);
  // In one transaction: what each of them has given. Where the end of the one before wasn't seen,
  // nobody who stands still is waited for (pg_break_turn).
  std::vector<PgRows> write(std::vector<PgStatement> statements, SteadyTime deadline);
  // The whole flight of a transaction, with `before` statements before those of its own and a
  // COMMIT behind them. The patience is the server's too: no lock is waited for any longer.
  static constexpr std::ptrdiff_t before = 2;
  std::vector<PgStatement> transaction(std::vector<PgStatement> statements) const;
  // A warning came with what was sent last: see PgConnection::warned().
  bool warned() const { return connection_ && connection_->warned(); }

 private:
  struct Place {  // what a connection is to
    bool read_only = false;
    std::optional<PgTimeline> timeline;
  };

  bool usable() const;
  std::unique_ptr<PgConnection> connected(const PgHost& host, SteadyTime deadline);
  std::unique_ptr<PgConnection> connected(const PgHost& host, const std::string& address,
                                          SteadyTime deadline);
  static Place place_of(PgConnection& connection, SteadyTime deadline);

  PgSettings settings_;
  std::string schema_;
  Greeting greet_;
  std::size_t host_ = 0;  // which one is tried first
  std::unique_ptr<PgConnection> connection_;
  std::optional<PgTimeline> timeline_;  // the connection's
  bool in_doubt_ = false;               // the last transaction's end
};

}  // namespace tenantscope
