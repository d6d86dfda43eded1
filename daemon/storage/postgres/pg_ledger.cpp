#include "storage/postgres/pg_ledger.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "storage/answering_journal.hpp"
#include "storage/postgres/pg_commits.hpp"
#include "storage/postgres/pg_deliveries.hpp"
#include "storage/postgres/pg_journal.hpp"
#include "storage/postgres/pg_retention.hpp"
#include "storage/postgres/pg_schema.hpp"
#include "storage/postgres/pg_term.hpp"

namespace tenantscope {
namespace {

// So many damaged rows are no accident of a few: a ledger of which so much is lost isn't mended.
constexpr std::size_t many_damaged = 10;

class PostgresLedger : public AnsweringJournal<Ledger, PgJournal, PgFailure> {
 public:
  PostgresLedger(PgSettings settings, std::uint64_t term, DamageObserver damage,
                 std::function<void()> fenced);

  Guid id() const override { return standing_.head().id; }

  Result<std::vector<StoredTenant>> load() override {
    return caught([&] { return mended(); });
  }
  Result<void> in_place() override {
    return caught([&] { standing_.refresh(); });
  }
  Result<std::optional<WallTime>> believed_time() override {
    return caught([&] { return retention_.believed_time(); });
  }
  Result<void> believe(WallTime now) override { return written(retention_.believed(now)); }
  Result<std::optional<Rewind>> rewound() override {
    return caught([&] { return standing_.refresh().rewound; });
  }

  std::vector<Result<std::uint64_t>> commit(std::span<const Step> steps,
                                            const std::string& source) override;
  std::size_t most_at_once() const override { return PgBatch::most_steps; }
  Result<TenantState> state(const TenantKey& tenant) override;
  Result<void> save_last_success(std::span<const std::pair<TenantKey, WallTime>> times) override {
    return written(tenants_.saved(times));
  }

  Result<std::vector<JournalEntry>> undelivered(const std::string& sink, std::uint64_t after,
                                                std::size_t limit) override;
  Result<void> acknowledge(const std::string& sink,
                           std::span<const std::uint64_t> sequences) override {
    return written(deliveries_.acknowledged(sink, sequences));
  }
  Result<OutboxStatus> outbox(const std::string& sink) override {
    return caught([&] { return deliveries_.outbox(sink); });
  }
  Result<std::uint64_t> enqueue(const std::string& sink,
                                std::span<const std::uint64_t> sequences) override {
    return caught([&] { return write(deliveries_.enqueued(sink, sequences)).changed(); });
  }
  Result<void> raise(const std::string& sink, std::span<const std::uint64_t> sequences,
                     WallTime until) override {
    return written(deliveries_.raised(sink, sequences, until));
  }
  Result<std::vector<Alert>> alerts(const std::string& sink) override {
    return caught([&] { return deliveries_.alerts(sink); });
  }
  Result<void> drop_alerts(const std::string& sink, WallTime ended_before) override {
    return written(deliveries_.alerts_dropped(sink, ended_before));
  }
  Result<Expired> expire(WallTime before, std::uint64_t most,
                         std::span<const TenantKey> watched) override {
    return caught([&] { return retention_.expire(before, most, watched); });
  }
  void trim() override {}

 private:
  PgJournal& queries() override { return journal_; }

  template <class Work>
  Result<std::invoke_result_t<Work>> caught(Work work) {
    return pg_caught([&]() -> std::invoke_result_t<Work> {
      try {
        return work();
      } catch (const PgFailure& failure) {
        if (failure.state == pg_fenced && fenced_)
          fenced_();
        throw;
      }
    });
  }
  PgRows write(PgStatement statement) {
    return pg_write_in_term(session_, standing_.term(), std::move(statement));
  }
  Result<void> written(PgStatement statement) {
    return caught([&] { (void)write(std::move(statement)); });
  }
  std::vector<StoredTenant> mended();
  void mend(const PgStateColumns& lost, std::size_t tenants);

  DamageObserver damage_;
  const std::function<void()> fenced_;
  PgSession session_;
  PgStanding standing_;
  PgJournal journal_{session_, damage_};
  PgTenants tenants_{session_, damage_};
  PgDeliveries deliveries_{session_, damage_};
  PgRetention retention_{session_, tenants_, standing_.term()};
  PgCommits commits_{session_, tenants_, standing_};
};

// What this ledger has seen in the journal has to be there, each time.
PostgresLedger::PostgresLedger(PgSettings settings, std::uint64_t term, DamageObserver damage,
                               std::function<void()> fenced)
    : damage_(std::move(damage)),
      fenced_(std::move(fenced)),
      session_(std::move(settings),
               [this, term](PgConnection& made, SteadyTime deadline) {
                 if (term == pg_no_term)
                   prove_pg_readable(made, session_.schema(), deadline);
                 else
                   prove_pg_schema(made, session_.schema(), deadline);
                 standing_.refresh(made, deadline);
               }),
      standing_(session_, term) {
  (void)session_.connection(session_.deadline());
}

std::vector<StoredTenant> PostgresLedger::mended() {
  const PgHead head = standing_.refresh();
  PgTenants::Found found = tenants_.load(head.tenants);
  if (found.lost.empty())
    return std::move(found.sound);
  const std::size_t rows = found.sound.size() + found.lost.size();
  if (found.lost.size() >= many_damaged && found.lost.size() * 2 > rows)
    throw PgFailure(fmt::format("damaged: {} of {} tenants aren't as they were written: bring the "
                                "database back from a backup",
                                found.lost.size(), rows),
                    PgFailure::unusable);
  PgStateColumns lost;
  for (const auto& [tenant, row] : found.lost) {
    const TenantState state = lost_state(std::max<std::uint64_t>(head.journal.sequence, 1));
    lost.add(tenant, state, row.stored);
    found.sound.push_back({.key = tenant, .state = state});
  }
  std::ranges::sort(found.sound, {}, &StoredTenant::key);
  mend(lost, rows);
  return std::move(found.sound);
}

// Where the term is over, the next active replica does it.
void PostgresLedger::mend(const PgStateColumns& lost, std::size_t tenants) {
  const std::string& schema = session_.schema();
  PgStatement statement(
      fmt::format("WITH turn AS (UPDATE {}.ledger SET tenants = $1 WHERE term = $2 RETURNING 1), "
                  "{} SELECT 1 FROM turn",
                  schema, PgStateColumns::written_if("turn", schema, 3)),
      std::uint64_t(tenants), standing_.term());
  lost.add_to(statement);
  std::vector<PgStatement> statements;
  statements.push_back(std::move(statement));
  (void)session_.write(std::move(statements), session_.deadline());
}

std::vector<Result<std::uint64_t>> PostgresLedger::commit(std::span<const Step> steps,
                                                          const std::string& source) {
  std::vector<Result<std::uint64_t>> results(steps.size(), std::uint64_t(0));
  const CommitOrder order(steps);
  std::span<const std::size_t> left(order.places);
  const auto committed = caught([&] {
    while (!left.empty())
      left = left.subspan(commits_.commit(steps, left, order.tells, source, results));
  });
  for (const std::size_t place : left)
    results[place] = committed.error();
  return results;
}

Result<TenantState> PostgresLedger::state(const TenantKey& tenant) {
  return caught([&] {
    commits_.end_doubt();
    const auto stored = tenants_.state_of(tenant);
    return stored ? *stored : lost_state(std::max<std::uint64_t>(journal_.last(), 1));
  });
}

Result<std::vector<JournalEntry>> PostgresLedger::undelivered(const std::string& sink,
                                                              std::uint64_t after,
                                                              std::size_t limit) {
  return caught([&] {
    std::vector<std::uint64_t> lost;
    auto entries = deliveries_.undelivered(sink, after, limit, lost);
    if (lost.empty())
      return entries;
    (void)write(deliveries_.acknowledged(sink, lost));
    for (const std::uint64_t sequence : lost)
      damage_.damaged(fmt::format("event {}", sequence));
    damage_.dropped(sink, lost.size());
    return entries;
  });
}

}  // namespace

std::uint64_t begin_postgres_term(const PgSettings& settings, const std::string& replica) {
  return pg_opened([&] {
    PgSession session(settings, [&](PgConnection& connection, SteadyTime deadline) {
      prove_pg_schema(connection, PgSession::in_quotes(settings.schema), deadline);
    });
    return pg_begin_term(session, replica);
  });
}

std::unique_ptr<Ledger> open_postgres_ledger(PgSettings settings, std::uint64_t term,
                                             DamageObserver damage, std::function<void()> fenced) {
  return pg_opened([&]() -> std::unique_ptr<Ledger> {
    return std::make_unique<PostgresLedger>(std::move(settings), term, std::move(damage),
                                            std::move(fenced));
  });
}

}  // namespace tenantscope
