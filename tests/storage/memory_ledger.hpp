// The model as a Ledger of its own, for tests that need one without a disk. What it has stays in
// its LedgerModel, so that it is opened again as one of a disk is.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "storage/ledger_model.hpp"

namespace tenantscope {

struct MemoryStore {
  Guid id = random_guid();
  LedgerModel model;
  std::optional<WallTime> believed;
};

class MemoryLedger : public Ledger {
 public:
  explicit MemoryLedger(std::shared_ptr<MemoryStore> store) : store_(std::move(store)) {}

  Guid id() const override { return store_->id; }
  Result<std::vector<StoredTenant>> load() override {
    std::vector<StoredTenant> tenants;
    for (const auto& [key, state] : model().states)
      tenants.push_back({.key = key, .state = state});
    return tenants;
  }
  Result<void> in_place() override { return {}; }
  Result<std::optional<Rewind>> rewound() override { return std::optional<Rewind>(); }
  Result<std::optional<WallTime>> believed_time() override {
    std::optional<WallTime> newest = store_->believed;
    if (newest)
      return newest;
    for (const JournalEntry& entry : model().journal)
      newest = std::max(newest, std::optional(entry.time));
    for (const auto& [key, state] : model().states)
      newest = std::max(newest, state.last_success);
    return newest;
  }
  Result<void> believe(WallTime now) override {
    LedgerModel& known = model();
    known.latest = known.latest == WallTime::max() ? now : std::max(known.latest, now);
    store_->believed = now;
    return {};
  }

  std::vector<Result<std::uint64_t>> commit(std::span<const Step> steps,
                                            const std::string& source) override {
    std::vector<Result<std::uint64_t>> results;
    const auto numbers = model().commit(store_->id, steps, source);
    for (std::size_t at = 0; at < steps.size(); ++at) {
      if (numbers[at])
        results.emplace_back(*numbers[at]);
      else
        results.emplace_back(Error{ErrorKind::conflict, to_string(steps[at].tenant)});
    }
    return results;
  }
  Result<TenantState> state(const TenantKey& tenant) override {
    const auto stored = model().states.find(tenant);
    return stored == model().states.end() ? TenantState() : stored->second;
  }
  Result<void> save_last_success(std::span<const std::pair<TenantKey, WallTime>> times) override {
    for (const auto& [tenant, time] : times)
      model().save_last_success(tenant, time);
    return {};
  }

  Result<std::vector<JournalEntry>> undelivered(const std::string& sink, std::uint64_t after,
                                                std::size_t limit) override {
    std::vector<JournalEntry> entries;
    const auto& box = model().outboxes[sink];
    for (auto at = box.upper_bound(after); at != box.end() && entries.size() < limit; ++at)
      entries.push_back(*model().entry(*at));
    return entries;
  }
  Result<void> acknowledge(const std::string& sink,
                           std::span<const std::uint64_t> sequences) override {
    for (const std::uint64_t sequence : sequences)
      model().outboxes[sink].erase(sequence);
    return {};
  }
  Result<OutboxStatus> outbox(const std::string& sink) override {
    const auto& box = model().outboxes[sink];
    OutboxStatus status{.events = box.size()};
    if (!box.empty())
      status.oldest = model().entry(*box.begin())->time;
    return status;
  }
  Result<std::uint64_t> enqueue(const std::string& sink,
                                std::span<const std::uint64_t> sequences) override {
    std::uint64_t added = 0;
    for (const std::uint64_t sequence : sequences)
      if (model().entry(sequence))
        added += model().outboxes[sink].insert(sequence).second;
    return added;
  }
  Result<void> raise(const std::string& sink, std::span<const std::uint64_t> sequences,
                     WallTime until) override {
    for (const std::uint64_t sequence : sequences) {
      model().outboxes[sink].erase(sequence);
      if (model().entry(sequence))
        model().raised[sink][sequence] = until;
    }
    return {};
  }
  Result<std::vector<Alert>> alerts(const std::string& sink) override {
    std::vector<Alert> alerts;
    for (const auto& [sequence, until] : model().raised[sink])
      alerts.push_back({.event = *model().entry(sequence), .until = until});
    return alerts;
  }
  Result<void> drop_alerts(const std::string& sink, WallTime ended_before) override {
    std::erase_if(model().raised[sink],
                  [&](const auto& alert) { return alert.second < ended_before; });
    return {};
  }
  Result<Expired> expire(WallTime before, std::uint64_t most,
                         std::span<const TenantKey> watched) override {
    return model().expire(before, most, watched);
  }
  void trim() override {}

  Result<std::vector<JournalEntry>> read(std::uint64_t after, std::size_t limit) override {
    std::vector<JournalEntry> entries;
    for (const JournalEntry& entry : model().journal)
      if (entry.sequence > after && entries.size() < limit)
        entries.push_back(entry);
    return entries;
  }
  Result<std::vector<JournalEntry>> newest(const std::optional<TenantKey>& tenant,
                                           std::uint64_t before, std::size_t limit) override {
    std::vector<JournalEntry> entries;
    const auto& journal = model().journal;
    for (auto entry = journal.rbegin(); entry != journal.rend() && entries.size() < limit; ++entry)
      if (entry->sequence < before && (!tenant || entry->tenant == *tenant))
        entries.push_back(*entry);
    return entries;
  }
  Result<std::uint64_t> newest_until(WallTime time) override {
    std::uint64_t newest = 0;
    for (const JournalEntry& entry : model().journal)
      if (entry.time <= time)
        newest = entry.sequence;
    return newest;
  }
  Result<std::optional<JournalEntry>> find(const std::string& id) override {
    const auto found = std::ranges::find(model().journal, id, &JournalEntry::id);
    return found == model().journal.end() ? std::optional<JournalEntry>() : *found;
  }
  Result<std::uint64_t> oldest() override {
    return model().journal.empty() ? model().last + 1 : model().journal.front().sequence;
  }
  Result<std::uint64_t> last() override { return model().last; }

 private:
  LedgerModel& model() { return store_->model; }

  std::shared_ptr<MemoryStore> store_;
};

// As the conformance suites open it.
struct MemoryStorage {
  std::unique_ptr<Ledger> open() { return std::make_unique<MemoryLedger>(store); }
  std::unique_ptr<Journal> open_journal() { return open(); }
  void skip(std::uint64_t numbers) { store->model.last += numbers; }

  std::shared_ptr<MemoryStore> store = std::make_shared<MemoryStore>();
};

}  // namespace tenantscope
