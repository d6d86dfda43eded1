// Two places for servers of one cluster of PostgreSQL: the primary is in one of them, and a standby
// of it in the other. On the test's main thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "support/postgres_server.hpp"

namespace tenantscope {

class PostgresPair {
 public:
  enum class Replication { synchronous, asynchronous };

  explicit PostgresPair(Replication replication);

  // In whichever order they are used.
  std::array<std::uint16_t, 2> ports() const { return {servers_[0]->port(), servers_[1]->port()}; }
  PostgresServer& primary() { return *servers_[primary_]; }
  // What can't be written to: a standby, or after promote() the primary of before.
  PostgresServer& other() { return *servers_[1 - primary_]; }

  // The standby gets nothing more of this primary.
  void hold_back();
  // Awaits that the standby has applied what it got. REQUIRES: it gets nothing more.
  void await_applied();
  // The standby takes the primary's place: it can be written to when this returns, and waits for no
  // standby of its own. The primary of before isn't touched: it was killed, or hangs.
  void promote();
  // The primary of before is killed, where it wasn't, and a new standby is in its place.
  void rebuild();

 private:
  void follow();

  const Replication replication_;
  std::size_t primary_ = 0;
  std::array<std::unique_ptr<PostgresServer>, 2> servers_;
};

}  // namespace tenantscope
