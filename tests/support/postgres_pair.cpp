#include "support/postgres_pair.hpp"

#include <signal.h>

#include <chrono>
#include <functional>
#include <stdexcept>
#include <thread>

namespace tenantscope {
namespace {

void await_that(const char* what, const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end)
      throw std::runtime_error(std::string("not in time: ") + what);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

}  // namespace

PostgresPair::PostgresPair(Replication replication)
    : replication_(replication), servers_{std::make_unique<PostgresServer>(), nullptr} {
  servers_[1] = std::make_unique<PostgresServer>(PostgresServer::StandbyOf{.primary = primary()});
  follow();
}

void PostgresPair::hold_back() {
  const pid_t sender = std::stoi(primary().ask("SELECT pid FROM pg_stat_replication"));
  ::kill(sender, SIGSTOP);
}

void PostgresPair::await_applied() {
  await_that("what the standby has got is applied", [this] {
    return other().ask(
               "SELECT pg_last_wal_replay_lsn() >= coalesce(pg_last_wal_receive_lsn(), "
               "'0/0')") == "t";
  });
}

void PostgresPair::promote() {
  if (other().ask("SELECT pg_promote()") != "t")
    throw std::runtime_error("the standby can't take the primary's place");
  primary_ = 1 - primary_;
}

void PostgresPair::rebuild() {
  std::unique_ptr<PostgresServer>& place = servers_[1 - primary_];
  const std::uint16_t port = place->port();
  place->kill();
  place.reset();
  place = std::make_unique<PostgresServer>(
      PostgresServer::StandbyOf{.primary = primary(), .port = port});
  follow();
}

// The standby's own configuration was copied before: it would wait for nobody.
void PostgresPair::follow() {
  if (replication_ == Replication::synchronous) {
    primary().ask("ALTER SYSTEM SET synchronous_standby_names = '*'");
    primary().ask("SELECT pg_reload_conf()");
  }
  const char* const state = replication_ == Replication::synchronous ? "sync" : "async";
  await_that("the standby follows", [&] {
    return primary().ask("SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming'") ==
           state;
  });
}

}  // namespace tenantscope
