#include "storage/sqlite/sqlite_ledger.hpp"

#include <fmt/format.h>

#include <string>

#include "base/exit_code.hpp"
#include "storage/answering_journal.hpp"
#include "storage/commit_rules.hpp"
#include "storage/database_place.hpp"
#include "storage/sqlite/sqlite.hpp"
#include "storage/sqlite/sqlite_believed_time.hpp"
#include "storage/sqlite/sqlite_deliveries.hpp"
#include "storage/sqlite/sqlite_file.hpp"
#include "storage/sqlite/sqlite_journal.hpp"
#include "storage/sqlite/sqlite_journal_writer.hpp"
#include "storage/sqlite/sqlite_meta.hpp"
#include "storage/sqlite/sqlite_open_mark.hpp"
#include "storage/sqlite/sqlite_rewind.hpp"
#include "storage/sqlite/sqlite_schema.hpp"
#include "storage/sqlite/sqlite_tenants.hpp"

namespace tenantscope {
namespace {

using sqlite::caught;
using sqlite::Connection;
using sqlite::Transaction;

class SqliteLedger : public AnsweringJournal<Ledger, sqlite::JournalQueries, sqlite::Failure> {
 public:
  SqliteLedger(const std::filesystem::path& database, DamageObserver damage, StorageLock* lock,
               const UpgradeObserver& upgrade);
  ~SqliteLedger() override;
  SqliteLedger(const SqliteLedger&) = delete;
  SqliteLedger& operator=(const SqliteLedger&) = delete;

  Guid id() const override { return id_; }

  Result<void> in_place() override;
  Result<std::optional<WallTime>> believed_time() override {
    return caught([&] { return believed_.last(); });
  }
  Result<void> believe(WallTime now) override {
    return written([&] { believed_.set(now); });
  }
  Result<std::optional<Rewind>> rewound() override {
    return caught([&] { return sqlite::rewound(meta_); });
  }

  Result<std::vector<StoredTenant>> load() override;
  std::vector<Result<std::uint64_t>> commit(std::span<const Step> steps,
                                            const std::string& source) override;
  Result<TenantState> state(const TenantKey& tenant) override {
    return caught([&] { return tenants_.state_of(tenant, journal_.last()); });
  }
  Result<void> save_last_success(std::span<const std::pair<TenantKey, WallTime>> times) override {
    if (const auto here = in_place(); !here)
      return here.error();
    return written([&] { tenants_.save_last_success(times); });
  }

  Result<std::vector<JournalEntry>> undelivered(const std::string& sink, std::uint64_t after,
                                                std::size_t limit) override {
    return caught([&] { return deliveries_.undelivered(sink, after, limit); });
  }
  Result<void> acknowledge(const std::string& sink,
                           std::span<const std::uint64_t> sequences) override {
    return written([&] { deliveries_.acknowledge(sink, sequences); });
  }
  Result<OutboxStatus> outbox(const std::string& sink) override {
    return caught([&] { return deliveries_.outbox(sink); });
  }
  Result<std::uint64_t> enqueue(const std::string& sink,
                                std::span<const std::uint64_t> sequences) override {
    if (const auto here = in_place(); !here)
      return here.error();
    return written([&] { return deliveries_.enqueue(sink, sequences); });
  }
  Result<void> raise(const std::string& sink, std::span<const std::uint64_t> sequences,
                     WallTime until) override {
    return written([&] { deliveries_.raise(sink, sequences, until); });
  }
  Result<std::vector<Alert>> alerts(const std::string& sink) override {
    return caught([&] { return deliveries_.alerts(sink); });
  }
  Result<void> drop_alerts(const std::string& sink, WallTime ended_before) override {
    return written([&] { deliveries_.drop_alerts(sink, ended_before); });
  }

  Result<Expired> expire(WallTime before, std::uint64_t most,
                         std::span<const TenantKey> watched) override;

  void trim() override { connection_.trim(); }

 private:
  sqlite::JournalQueries& queries() override { return journal_; }

  template <class Work>
  Result<std::invoke_result_t<Work>> written(Work work) {
    return caught([&] {
      mark_.set();
      return work();
    });
  }
  // What a transaction has come to.
  struct Batch {
    JournalHead head;
    std::int64_t new_tenants = 0;
  };
  std::vector<Result<std::uint64_t>> write_all(std::span<const Step> steps,
                                               const std::string& source, Batch& batch);
  Result<std::uint64_t> write(const Step& step, const std::string& source, Batch& batch);
  void append(const ChangeEvent& event, const std::string& source, JournalHead& head);
  bool is_there(std::uint64_t sequence);
  Expired expire_once(WallTime before, std::uint64_t most, std::span<const TenantKey> watched);

  DamageObserver damage_;
  bool had_log_;  // as it was found
  Connection connection_;
  sqlite::DatabasePlace place_;
  bool displaced_ = false;
  sqlite::Meta meta_{connection_};
  sqlite::OpenMark mark_{connection_, meta_};
  sqlite::BelievedTime believed_{connection_, meta_};
  Guid id_ = meta_.ledger();
  sqlite::Tenants tenants_{connection_, meta_, damage_};
  sqlite::JournalQueries journal_{connection_, damage_};
  sqlite::JournalWriter writer_{connection_, meta_, journal_};
  sqlite::Deliveries deliveries_{connection_, damage_};
};

// Tenants that damaged pages hide would seem never to have been. Until the database has proved
// sound, by giving all its tenants, a log that a crash left behind
// stays as it is.
SqliteLedger::SqliteLedger(const std::filesystem::path& database, DamageObserver damage,
                           StorageLock* lock, const UpgradeObserver& upgrade)
    : damage_(std::move(damage)),
      had_log_(sqlite::has_log(database)),
      connection_(sqlite::open_to_write(database, upgrade)),
      place_(database, lock) {
  sqlite::prove_readable(connection_, "tenants");
  connection_.keep_log_on_close(false);
  if (!had_log_ && mark_.found())
    damage_.log_missing();
}

// Where the mark stays, so does the log that the next start looks for.
SqliteLedger::~SqliteLedger() {
  if (!caught([&] { mark_.clear(); }))
    (void)caught([&] { connection_.keep_log_on_close(true); });
}

// A log that was removed is lost with this process: what it holds goes into the database at once.
Result<void> SqliteLedger::in_place() {
  auto here = place_.check();
  if (!here && !displaced_)
    (void)caught([&] { connection_.execute("PRAGMA wal_checkpoint"); });
  displaced_ = !here;
  return here;
}

Result<std::vector<StoredTenant>> SqliteLedger::load() {
  return caught([&] {
    deliveries_.mend();
    return tenants_.load(journal_.last());
  });
}

std::vector<Result<std::uint64_t>> SqliteLedger::commit(std::span<const Step> steps,
                                                        const std::string& source) {
  if (const auto here = in_place(); !here)
    return std::vector<Result<std::uint64_t>>(steps.size(), here.error());
  std::vector<Result<std::uint64_t>> results;
  std::uint64_t last = 0;  // 0: nothing that may have been committed
  const auto committed = written([&] {
    Transaction transaction(connection_);
    Batch batch{.head = writer_.head()};
    const std::uint64_t before = batch.head.sequence;
    results = write_all(steps, source, batch);
    last = batch.head.sequence > before ? batch.head.sequence : 0;
    transaction.commit();
  });
  if (committed || (last > 0 && is_there(last)))
    return results;
  return std::vector<Result<std::uint64_t>>(steps.size(), committed.error());
}

// SQLite takes back what it can't commit, and what the log has of it is written over by the next
// transaction. Whether it did is looked for all the same: it may fail after the commit, too. The
// event's number says so, as nobody else writes.
bool SqliteLedger::is_there(std::uint64_t sequence) {
  if (connection_.in_transaction())  // it couldn't be taken back: what it shows isn't stored
    return false;
  const auto there = caught([&] { return writer_.has(sequence); });
  return there && *there;
}

std::vector<Result<std::uint64_t>> SqliteLedger::write_all(std::span<const Step> steps,
                                                           const std::string& source,
                                                           Batch& batch) {
  std::vector<Result<std::uint64_t>> results(steps.size(), std::uint64_t(0));
  const CommitOrder order(steps);
  const bool held = !order.tells && sqlite::rewound(meta_);
  for (const std::size_t place : order.places)
    results[place] = held ? held_back(steps[place]) : write(steps[place], source, batch);
  tenants_.count(batch.new_tenants);
  writer_.prove_appended(batch.head);
  return results;
}

Result<std::uint64_t> SqliteLedger::write(const Step& step, const std::string& source,
                                          Batch& batch) {
  if (step.state && !tenants_.save(step.tenant, *step.state))
    return does_not_follow(step, tenants_.generation_of(step.tenant));
  batch.new_tenants += step.state && step.state->generation == 1;
  const std::uint64_t first = batch.head.sequence + 1;
  for (const ChangeEvent& event : step.events)
    append(event, source, batch.head);
  return first;
}

void SqliteLedger::append(const ChangeEvent& event, const std::string& source, JournalHead& head) {
  if (event.rewind)
    sqlite::note_told(meta_);
  writer_.append(event, id_, source, head);
  for (const std::string& sink : event.sinks)
    deliveries_.add(sink, head.sequence);
}

Result<Expired> SqliteLedger::expire(WallTime before, std::uint64_t most,
                                     std::span<const TenantKey> watched) {
  if (const auto here = in_place(); !here)
    return here.error();
  return written([&] {
    try {
      return expire_once(before, most, watched);
    } catch (const sqlite::Failure& failure) {
      if (!failure.of_an_index)
        throw;
    }
    // No row goes by an index that doesn't lead to it.
    connection_.execute("REINDEX journal");
    return expire_once(before, most, watched);
  });
}

Expired SqliteLedger::expire_once(WallTime before, std::uint64_t most,
                                  std::span<const TenantKey> watched) {
  Expired expired;
  deliveries_.prove_reachable();
  Transaction transaction(connection_);
  expired.events = writer_.expire(before, believed_.latest().value_or(WallTime::max()), most);
  expired.undelivered = deliveries_.expire();
  expired.tenants = tenants_.expire(before, watched);
  tenants_.count(-std::int64_t(expired.tenants.size()));
  transaction.commit();
  return expired;
}

}  // namespace

std::unique_ptr<Ledger> open_sqlite_ledger(const std::filesystem::path& storage,
                                           DamageObserver damage, StorageLock* lock,
                                           const UpgradeObserver& upgrade) {
  const auto database = sqlite::database_in(storage);
  try {
    return sqlite::opened([&]() -> std::unique_ptr<Ledger> {
      if (!sqlite::holds_ledger(database))
        sqlite::create_ledger(database);
      return std::make_unique<SqliteLedger>(database, std::move(damage), lock, upgrade);
    });
  } catch (const std::filesystem::filesystem_error& error) {
    throw FatalError(exit_code_of(error.code().value()),
                     fmt::format("{}: {}", storage.native(), error.code().message()));
  }
}

}  // namespace tenantscope
