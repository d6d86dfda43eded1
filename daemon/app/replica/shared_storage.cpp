#include "app/replica/shared_storage.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "app/replica/postgres_place.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "storage/postgres/pg_journal.hpp"
#include "storage/postgres/pg_ledger.hpp"
#include "storage/postgres/pg_member.hpp"
#include "storage/postgres/pg_requests.hpp"
#include "storage/postgres/pg_schema.hpp"
#include "storage/postgres/pg_seen.hpp"
#include "version.hpp"

namespace tenantscope {
namespace {

constexpr Duration look_again = std::chrono::milliseconds(100);
constexpr Duration follow_again = std::chrono::milliseconds(500);
constexpr Duration longest_beat = std::chrono::seconds(3);

std::string machine_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unnamed";
}

PgSettings settings_of(const SharedStorage& where) {
  PgSettings settings = place_of(where.postgresql);
  settings.seen = where.last_seen.seen();
  return settings;
}

// Counts and tells who had to be ended since.
class BrokenTurns {
 public:
  BrokenTurns(const SharedStorage& where, const Log& log)
      : seen_(where.last_seen.seen()), blocked_(where.blocked), log_(log) {}

  void look() {
    const PgSeen::Broken since = seen_->take_broken();
    blocked_(since.ended, since.refused);
    if (since.ended > 0)
      log_.warn(
          "a daemon stood still, or was cut off, while it wrote to the ledger: its connection "
          "was ended, as others waited for it",
          {{"connections", since.ended}});
    if (since.refused > 0 && !std::exchange(told_, true))
      log_.warn(
          "who holds the ledger and doesn't go on can't be ended: the database doesn't permit "
          "that its user ends connections of its own",
          {});
  }

 private:
  const std::shared_ptr<PgSeen> seen_;
  const std::function<void(std::uint64_t, std::uint64_t)> blocked_;
  const Log& log_;
  bool told_ = false;
};

// Whether a daemon ends for it. One that has been on the ledger waits for what it would end for at
// its start: a login may be renewed late, or a server's rules be wrong for a moment.
bool is_final(const PgFailure& failure, bool was_there) {
  return was_there ? failure.state == pg_renamed || failure.state == pg_moved : !failure.may_pass();
}

// It answers before a quarter of its lease is over, or not at all.
Membership::Member member_of(const SharedStorage& where, bool was_there, const Log& log) {
  PgSettings settings = settings_of(where);
  settings.patience = std::min(longest_beat, where.postgresql.lease / 4);
  PgReplica self{.name = where.fleet->self(),
                 .url = where.url,
                 .version = TENANTSCOPE_VERSION,
                 .config = where.config};
  const auto member =
      std::make_shared<PgMember>(std::move(settings), std::move(self), where.postgresql.lease);
  const auto broken = std::make_shared<BrokenTurns>(where, log);
  auto beat = [member, broken, fleet = where.fleet, was_there](
                  bool wanted, const ReplicaWord& word) mutable -> Result<Membership::Seen> {
    const Fleet::Clock sent = boot_now();
    try {
      PgActive active = member->beat(wanted, word);
      fleet->hear(std::move(active.replicas), sent);
      broken->look();
      was_there = true;
      return Membership::Seen{.term = active.term,
                              .mine = active.mine,
                              .name = active.name,
                              .url = active.url,
                              .same_config = active.same_config,
                              .synchronous = active.synchronous,
                              .outdated = active.outdated};
    } catch (const PgFailure& failure) {
      return Error{is_final(failure, was_there) ? ErrorKind::other : ErrorKind::io, failure.what()};
    }
  };
  return {.beat = beat, .leave = [member] {
            try {
              member->leave();
            } catch (const PgFailure&) {  // its lease ends by itself
            }
          }};
}

// Has the follower look, now and then.
class Following {
 public:
  Following(const SharedStorage& where, Follower& follower, DamageObserver damage, const Log& log)
      : where_(where), follower_(follower), damage_(std::move(damage)), log_(log) {}

  // This process has been on the ledger before.
  bool has_begun() const { return where_.begun_before || follower_.has_followed(); }

  void look(Membership& membership) {
    if (steady_now() < next_)
      return;
    const Result<void> followed = look_now();
    if (followed)
      membership.follows(follower_.last());
    next_ = steady_now() + std::min(follow_again, where_.postgresql.lease / 4);
    const std::string why = followed ? "" : followed.error().detail;
    if (std::exchange(told_, why) != why && !followed)
      log_.error("the ledger can't be followed now; it is tried again", {{"err", why}});
  }

 private:
  Result<void> look_now() {
    try {
      if (!ledger_)
        ledger_ = open_postgres_ledger(settings_of(where_), pg_no_term, damage_);
    } catch (const FatalError& error) {
      return Error{ErrorKind::io, error.what()};
    }
    return follower_.follow(*ledger_);
  }

  const SharedStorage& where_;
  Follower& follower_;
  const DamageObserver damage_;
  const Log& log_;
  std::unique_ptr<Ledger> ledger_;
  std::string told_;
  SteadyTime next_;
};

// Why it isn't its turn: each reason once.
class StandingLog {
 public:
  explicit StandingLog(const Log& log) : log_(log) {}

  void note(const Membership::Seen& seen) {
    const std::string& now = seen.outdated.empty() ? seen.name : seen.outdated;
    if (std::exchange(told_, now) == now)
      return;
    if (seen.outdated.empty())
      log_.info("standing by, as another replica is active",
                {{"active", seen.name}, {"term", seen.term}});
    else
      log_.error("outdated: nothing is asked, stored or told any more; what is stored is shown",
                 {{"err", seen.outdated}});
  }

 private:
  const Log& log_;
  std::string told_;
};

std::uint64_t await_turn(Membership& membership, Following& following, const Log& log,
                         const OpeningObserver& observer) {
  StandingLog standing(log);
  for (;;) {
    const auto active = membership.active_within({});
    if (!active)
      throw FatalError(active.error().kind == ErrorKind::io ? exit_failure : exit_unusable,
                       active.error().detail);
    if (*active)
      return **active;
    const Membership::Seen seen = membership.seen();
    if (!seen.outdated.empty() && !following.has_begun())
      throw FatalError(exit_unusable, seen.outdated);
    if (!seen.name.empty() || !seen.outdated.empty()) {
      observer.stands_by({.active = seen.name,
                          .url = seen.url,
                          .same_config = seen.same_config,
                          .outdated = seen.outdated});
      standing.note(seen);
      following.look(membership);
    }
    observer.goes_on();
    if (observer.lock_pause(look_again))
      throw StorageLock::GivenUp();
  }
}

void open_in_term(OpenStorage& opened, const SharedStorage& where, std::uint64_t term,
                  const DamageObserver& damaged) {
  const PgSettings settings = settings_of(where);
  opened.ledger = open_postgres_ledger(settings, term, damaged, where.fenced);
  opened.journal = open_postgres_journal(settings, damaged);
  opened.requests = open_postgres_requests(settings, term);
  read_what_is_stored(opened);
}

}  // namespace

std::string replica_name(const Settings& settings) {
  return settings.replica.empty() ? machine_name() : settings.replica;
}

OpenStorage open_shared_storage(const SharedStorage& where, Follower& follower, DamageLog& damage,
                                const Log& log, const OpeningObserver& observer) {
  OpenStorage opened;
  opened.lock = lock_storage(where.folder, log, observer);
  where.last_seen.begin();
  const DamageObserver damaged = damage_observer(damage, log, where.folder);
  Following following(where, follower, damaged, log);
  opened.membership =
      std::make_unique<Membership>(member_of(where, following.has_begun(), log),
                                   Membership::Pace{.lease = where.postgresql.lease});
  const std::uint64_t term = await_turn(*opened.membership, following, log, observer);
  log.info("active", {{"term", term}});
  try {
    open_in_term(opened, where, term, damaged);
  } catch (const FatalError& error) {
    throw FatalError(following.has_begun() ? exit_failure : error.exit_code, error.what());
  }
  return opened;
}

std::unique_ptr<RequestBox> open_requests_of_standby(const SharedStorage& where) {
  return open_postgres_requests(settings_of(where), pg_no_term);
}

std::unique_ptr<Journal> open_shared_journal(const SharedStorage& where, DamageLog& damage,
                                             const Log& log) {
  return open_postgres_journal(settings_of(where), damage_observer(damage, log, where.folder));
}

}  // namespace tenantscope
