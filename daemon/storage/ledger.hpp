// The durable memory: tenants' states, the journal of events and each sink's outbox, moved together
// in one transaction. Blocking, used by one thread at a time (app/ledger_thread); Journal is the
// read-only view for others beside it. A row that isn't as it was written is believed in nothing:
// it is passed over, and told to a DamageObserver (storage/damage). Every implementation passes
// tests/storage/ledger_conformance.hpp, ledger_deliveries.hpp and ledger_moved_on.hpp; one that
// several replicas share passes ledger_shared.hpp, too.
//
// Sequences rise in the order of the commits, and none is given twice. Numbers may be left out, as
// by a ledger that went back: whoever counts events counts rows.
//
// In doubt: the connection or the disk may go while a transaction is being committed, and whether
// it was is then unknown. That is the implementation's to settle before it answers, by looking for
// what it would have written, so that its answer is either of the two. Where it can't look either,
// it answers with an error of kind io, and the caller's next attempt settles it: a step that is
// there already doesn't follow itself, so that it is refused (conflict) and never there twice.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "domain/event.hpp"
#include "domain/history.hpp"
#include "domain/tenant.hpp"

namespace tenantscope {

struct StoredTenant {
  TenantKey key;
  TenantState state;  // without `pending`; a lost_state() where what was stored was damaged
};

// A tenant's state as it shall be and the events that say so. One Step is all or nothing.
struct Step {
  TenantKey tenant;
  std::optional<TenantState> state;  // nothing: it stays as it is, as in a drill
  std::vector<ChangeEvent> events;   // at least one
};

struct JournalEntry {
  std::uint64_t sequence = 0;
  std::string id;  // the CloudEvent's
  EventKind kind = EventKind::baselined;
  TenantKey tenant;
  WallTime time;
  std::string event;  // the CloudEvent, structured JSON on one line, final
};

// What a sink was told and goes on showing.
struct Alert {
  JournalEntry event;
  WallTime until;
};

struct OutboxStatus {
  std::uint64_t events = 0;
  std::optional<WallTime> oldest;
};

// What a retention run took away.
struct Expired {
  std::uint64_t events = 0;
  std::vector<TenantKey> tenants;
  std::vector<std::pair<std::string, std::uint64_t>> undelivered;  // by sink
};

class Journal {
 public:
  virtual ~Journal() = default;

  // Entries with sequence > after, oldest first: `limit` of them, or all there are.
  virtual Result<std::vector<JournalEntry>> read(std::uint64_t after, std::size_t limit) = 0;
  // Entries with sequence < before, newest first, `limit` of them at most: of a tenant, or of all.
  // An event of a pair is of the tenant that caused it.
  virtual Result<std::vector<JournalEntry>> newest(const std::optional<TenantKey>& tenant,
                                                   std::uint64_t before, std::size_t limit) = 0;
  // The largest sequence of the events up to a time, or 0. Events of one commit needn't be in the
  // order of their times: the latest thousand are looked at.
  virtual Result<std::uint64_t> newest_until(WallTime time) = 0;
  // The entry of this id; nothing where there is none.
  virtual Result<std::optional<JournalEntry>> find(const std::string& id) = 0;
  // The smallest sequence that is still there; last() + 1 in an empty journal.
  virtual Result<std::uint64_t> oldest() = 0;
  // The largest sequence ever given; 0 before the first event.
  virtual Result<std::uint64_t> last() = 0;
};

class Ledger : public Journal {
 public:
  // This ledger's own id: the name space of its events' ids.
  virtual Guid id() const = 0;

  // All states. Mends what is damaged: a tenant whose row isn't sound, or is missing though the
  // journal has events of it, gets a lost_state().
  virtual Result<std::vector<StoredTenant>> load() = 0;

  // Whether it still is where it was opened. Error: io, with what was moved, removed or replaced
  // and what to do; commit(), save_last_success(), enqueue() and expire() fail with it. What was
  // stored before is read, delivered and acknowledged all the same.
  virtual Result<void> in_place() = 0;

  // The wall's newest time of which is known that it was right: what believe() was told last, else
  // the newest one that is stored. Nothing: none is. Where that goes back, expire() takes nothing
  // for it that was right before.
  virtual Result<std::optional<WallTime>> believed_time() = 0;
  virtual Result<void> believe(WallTime now) = 0;

  // That the ledger went back, as to a backup, until the event that says so is committed. That is
  // the first one: commit() puts the step that has it before others, and until then refuses them.
  virtual Result<std::optional<Rewind>> rewound() = 0;

  // Commits the steps, durable on return, in one transaction, or where they are many in several of
  // whole steps, and gives the sequence of each step's first event; its others follow. Each event
  // has the SHA-256 of the one before it in the journal (`previoushash`), also where that has left
  // it. Refused alone is a step whose tenant isn't at generation - 1 in the ledger (conflict: what
  // its caller knows is out of date, and state() says what is), and one that comes before what
  // rewound() says is told (other). Any other error is of all that aren't committed: nothing of
  // them was written, but for what "in doubt" says above, and they can be tried again.
  virtual std::vector<Result<std::uint64_t>> commit(std::span<const Step> steps,
                                                    const std::string& source) = 0;
  // So many of them are a transaction at most: who gives more waits for several.
  virtual std::size_t most_at_once() const { return std::numeric_limits<std::size_t>::max(); }

  // What it has of a tenant now, as load() gives it; generation 0 where it has nothing.
  virtual Result<TenantState> state(const TenantKey& tenant) = 0;

  // Saves when tenants were last heard of. Not a change: no event, no generation. Unknown tenants
  // are passed over. What is saved stays where it is later, as another may have heard since; but
  // not where it is later by more than ClockDoubt::most_ahead, as of a clock that was wrong.
  virtual Result<void> save_last_success(std::span<const std::pair<TenantKey, WallTime>> times) = 0;

  // The oldest undelivered entries of a sink, with sequence > after: `limit` of them, or all there
  // are. Drops those whose event is damaged or gone.
  virtual Result<std::vector<JournalEntry>> undelivered(const std::string& sink,
                                                        std::uint64_t after, std::size_t limit) = 0;
  virtual Result<void> acknowledge(const std::string& sink,
                                   std::span<const std::uint64_t> sequences) = 0;
  virtual Result<OutboxStatus> outbox(const std::string& sink) = 0;
  // Puts events of the journal into a sink's outbox (again); how many weren't there already. Others
  // are passed over.
  virtual Result<std::uint64_t> enqueue(const std::string& sink,
                                        std::span<const std::uint64_t> sequences) = 0;

  // Acknowledges, and keeps the events as alerts of the sink; those that are alerts already get the
  // new end.
  virtual Result<void> raise(const std::string& sink, std::span<const std::uint64_t> sequences,
                             WallTime until) = 0;
  // In the journal's order.
  virtual Result<std::vector<Alert>> alerts(const std::string& sink) = 0;
  virtual Result<void> drop_alerts(const std::string& sink, WallTime ended_before) = 0;

  // Removes the oldest events as long as they are older than `before`, those of more than `most`
  // that are there, and states of tenants that aren't `watched` and weren't heard of since
  // `before`.
  virtual Result<Expired> expire(WallTime before, std::uint64_t most,
                                 std::span<const TenantKey> watched) = 0;

  // Gives memory back that only haste needs: after the first sweep, and after each tenant was
  // written.
  virtual void trim() = 0;
};

}  // namespace tenantscope
