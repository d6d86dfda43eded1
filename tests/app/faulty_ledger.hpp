// The real ledger, whose transactions fail or wait on demand: a disk that is full or broken, slow,
// or doesn't answer; or a server whose answer is lost on its way.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "storage/ledger.hpp"

namespace tenantscope {

struct LedgerFaults {
  std::atomic<bool> writes_fail = false;  // commits, acknowledgements and saved times
  std::atomic<bool> reads_fail = false;
  // Until release() it doesn't answer
  std::atomic<bool> waits = false;        // whoever writes or reads,
  std::atomic<bool> reads_wait = false;   // whoever reads, or looks whether it is in its place,
  std::atomic<bool> writes_wait = false;  // whoever writes, before anything is written,
  std::atomic<bool> done_waits = false;   // or whoever has written: it is there.
  std::atomic<bool> in_doubt = false;     // what is written is there, and is said to have failed
  std::atomic<bool> refuses = false;      // each step, alone, as one that doesn't follow
  std::atomic<std::size_t> most_at_once = std::numeric_limits<std::size_t>::max();  // steps
  std::atomic<std::chrono::milliseconds> delay{};  // of each answer
  std::atomic<int> arrived = 0;                    // how many have begun to write or read
  std::atomic<int> commits = 0;                    // that came through
  std::atomic<int> outbox_reads = 0;
  std::atomic<int> trims = 0;

  void release() {
    for (std::atomic<bool>* one : {&waits, &reads_wait, &writes_wait, &done_waits}) {
      *one = false;
      one->notify_all();
    }
  }
};

class FaultyLedger : public Ledger {
 public:
  FaultyLedger(std::unique_ptr<Ledger> real, LedgerFaults& faults)
      : real_(std::move(real)), faults_(faults) {}

  Guid id() const override { return real_->id(); }
  Result<std::vector<StoredTenant>> load() override { return real_->load(); }
  Result<void> in_place() override {
    faults_.reads_wait.wait(true);
    return real_->in_place();
  }
  Result<std::optional<WallTime>> believed_time() override { return real_->believed_time(); }
  Result<void> believe(WallTime now) override { return real_->believe(now); }
  Result<std::optional<Rewind>> rewound() override { return real_->rewound(); }

  std::vector<Result<std::uint64_t>> commit(std::span<const Step> steps,
                                            const std::string& source) override {
    if (!may_write())
      return std::vector<Result<std::uint64_t>>(steps.size(), broken());
    if (faults_.refuses)
      return std::vector<Result<std::uint64_t>>(
          steps.size(), Error{ErrorKind::conflict, "the ledger is at another generation"});
    auto results = real_->commit(steps, source);
    ++faults_.commits;
    if (!answered())
      return std::vector<Result<std::uint64_t>>(steps.size(), broken());
    return results;
  }
  std::size_t most_at_once() const override { return faults_.most_at_once; }
  Result<TenantState> state(const TenantKey& tenant) override {
    if (!may_read())
      return broken();
    return real_->state(tenant);
  }
  Result<void> save_last_success(std::span<const std::pair<TenantKey, WallTime>> times) override {
    return written<Result<void>>([&] { return real_->save_last_success(times); });
  }
  Result<std::vector<JournalEntry>> undelivered(const std::string& sink, std::uint64_t after,
                                                std::size_t limit) override {
    ++faults_.outbox_reads;
    if (!may_read())
      return broken();
    return real_->undelivered(sink, after, limit);
  }
  Result<void> acknowledge(const std::string& sink,
                           std::span<const std::uint64_t> sequences) override {
    return written<Result<void>>([&] { return real_->acknowledge(sink, sequences); });
  }
  Result<OutboxStatus> outbox(const std::string& sink) override {
    if (!may_read())
      return broken();
    return real_->outbox(sink);
  }
  Result<std::uint64_t> enqueue(const std::string& sink,
                                std::span<const std::uint64_t> sequences) override {
    return written<Result<std::uint64_t>>([&] { return real_->enqueue(sink, sequences); });
  }
  Result<void> raise(const std::string& sink, std::span<const std::uint64_t> sequences,
                     WallTime until) override {
    return written<Result<void>>([&] { return real_->raise(sink, sequences, until); });
  }
  Result<std::vector<Alert>> alerts(const std::string& sink) override {
    if (!may_read())
      return broken();
    return real_->alerts(sink);
  }
  Result<void> drop_alerts(const std::string& sink, WallTime ended_before) override {
    return written<Result<void>>([&] { return real_->drop_alerts(sink, ended_before); });
  }
  Result<Expired> expire(WallTime before, std::uint64_t most,
                         std::span<const TenantKey> watched) override {
    return real_->expire(before, most, watched);
  }
  void trim() override {
    real_->trim();
    ++faults_.trims;
  }

  Result<std::vector<JournalEntry>> read(std::uint64_t after, std::size_t limit) override {
    if (!may_read())
      return broken();
    return real_->read(after, limit);
  }
  Result<std::vector<JournalEntry>> newest(const std::optional<TenantKey>& tenant,
                                           std::uint64_t before, std::size_t limit) override {
    if (!may_read())
      return broken();
    return real_->newest(tenant, before, limit);
  }
  Result<std::uint64_t> newest_until(WallTime time) override {
    return may_read() ? real_->newest_until(time) : broken();
  }
  Result<std::optional<JournalEntry>> find(const std::string& id) override {
    if (!may_read())
      return broken();
    return real_->find(id);
  }
  Result<std::uint64_t> oldest() override { return may_read() ? real_->oldest() : broken(); }
  Result<std::uint64_t> last() override { return real_->last(); }

 private:
  bool may_read() { return may(faults_.reads_fail, faults_.reads_wait); }
  bool may_write() { return may(faults_.writes_fail, faults_.writes_wait); }
  bool may(const std::atomic<bool>& fails, const std::atomic<bool>& waits) {
    ++faults_.arrived;
    faults_.waits.wait(true);
    waits.wait(true);
    std::this_thread::sleep_for(faults_.delay.load());
    return !fails;
  }
  // What was written is there; false: it isn't known to be.
  bool answered() {
    faults_.done_waits.wait(true);
    return !faults_.in_doubt;
  }
  template <class T, class Work>
  T written(Work work) {
    if (!may_write())
      return broken();
    T result = work();
    return answered() ? result : T(broken());
  }
  static Error broken() { return {ErrorKind::io, "the disk is broken"}; }

  std::unique_ptr<Ledger> real_;
  LedgerFaults& faults_;
};

}  // namespace tenantscope
