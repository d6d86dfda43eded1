// The real ledger, whose transactions fail or wait on demand: a disk that is full or broken, or
// slow.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "storage/ledger.hpp"

namespace tenantscope {

struct LedgerFaults {
  std::atomic<bool> writes_fail = false;  // commits, acknowledgements and saved times
  std::atomic<bool> reads_fail = false;
  std::atomic<bool> waits = false;  // everybody who writes or reads, until release()
  std::atomic<int> arrived = 0;     // how many have begun to write or read
  std::atomic<int> commits = 0;     // that came through
  std::atomic<int> outbox_reads = 0;

  void release() {
    waits = false;
    waits.notify_all();
  }
};

class FaultyLedger : public Ledger {
 public:
  FaultyLedger(std::unique_ptr<Ledger> real, LedgerFaults& faults)
      : real_(std::move(real)), faults_(faults) {}

  Guid id() const override { return real_->id(); }
  Result<std::vector<StoredTenant>> load() override { return real_->load(); }
  Result<void> in_place() override { return real_->in_place(); }
  Result<std::optional<WallTime>> believed_time() override { return real_->believed_time(); }
  Result<void> believe(WallTime now) override { return real_->believe(now); }
  Result<std::optional<Rewind>> rewound() override { return real_->rewound(); }

  std::vector<Result<std::uint64_t>> commit(std::span<const Step> steps,
                                            const std::string& source) override {
    if (!may(faults_.writes_fail))
      return std::vector<Result<std::uint64_t>>(steps.size(), broken());
    auto results = real_->commit(steps, source);
    ++faults_.commits;
    return results;
  }
  Result<void> save_last_success(std::span<const std::pair<TenantKey, WallTime>> times) override {
    return may(faults_.writes_fail) ? real_->save_last_success(times) : broken();
  }
  Result<std::vector<JournalEntry>> undelivered(const std::string& sink, std::uint64_t after,
                                                std::size_t limit) override {
    ++faults_.outbox_reads;
    if (!may(faults_.reads_fail))
      return broken();
    return real_->undelivered(sink, after, limit);
  }
  Result<void> acknowledge(const std::string& sink,
                           std::span<const std::uint64_t> sequences) override {
    return may(faults_.writes_fail) ? real_->acknowledge(sink, sequences) : broken();
  }
  Result<OutboxStatus> outbox(const std::string& sink) override {
    if (!may(faults_.reads_fail))
      return broken();
    return real_->outbox(sink);
  }
  Result<std::uint64_t> enqueue(const std::string& sink,
                                std::span<const std::uint64_t> sequences) override {
    if (!may(faults_.writes_fail))
      return broken();
    return real_->enqueue(sink, sequences);
  }
  Result<void> raise(const std::string& sink, std::span<const std::uint64_t> sequences,
                     WallTime until) override {
    return may(faults_.writes_fail) ? real_->raise(sink, sequences, until) : broken();
  }
  Result<std::vector<Alert>> alerts(const std::string& sink) override {
    if (!may(faults_.reads_fail))
      return broken();
    return real_->alerts(sink);
  }
  Result<void> drop_alerts(const std::string& sink, WallTime ended_before) override {
    return may(faults_.writes_fail) ? real_->drop_alerts(sink, ended_before) : broken();
  }
  Result<Expired> expire(WallTime before, std::uint64_t most,
                         std::span<const TenantKey> watched) override {
    return real_->expire(before, most, watched);
  }
  void trim() override { real_->trim(); }

  Result<std::vector<JournalEntry>> read(std::uint64_t after, std::size_t limit) override {
    if (!may(faults_.reads_fail))
      return broken();
    return real_->read(after, limit);
  }
  Result<std::vector<JournalEntry>> newest(const std::optional<TenantKey>& tenant,
                                           std::uint64_t before, std::size_t limit) override {
    if (!may(faults_.reads_fail))
      return broken();
    return real_->newest(tenant, before, limit);
  }
  Result<std::uint64_t> newest_until(WallTime time) override {
    return may(faults_.reads_fail) ? real_->newest_until(time) : broken();
  }
  Result<std::optional<JournalEntry>> find(const std::string& id) override {
    if (!may(faults_.reads_fail))
      return broken();
    return real_->find(id);
  }
  Result<std::uint64_t> oldest() override {
    return may(faults_.reads_fail) ? real_->oldest() : broken();
  }
  Result<std::uint64_t> last() override { return real_->last(); }

 private:
  bool may(const std::atomic<bool>& fails) {
    ++faults_.arrived;
    faults_.waits.wait(true);
    return !fails;
  }
  static Error broken() { return {ErrorKind::io, "the disk is broken"}; }

  std::unique_ptr<Ledger> real_;
  LedgerFaults& faults_;
};

}  // namespace tenantscope
