// A ledger as simple as can be, in memory, to compare the real ones with; storage/memory_ledger
// makes a Ledger of it.
#pragma once

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "domain/clock_doubt.hpp"
#include "formats/json.hpp"
#include "storage/ledger.hpp"
#include "storage/ledger_samples.hpp"

namespace tenantscope {

struct LedgerModel {
  States states;
  std::vector<JournalEntry> journal;
  std::map<std::string, std::set<std::uint64_t>> outboxes;
  std::map<std::string, std::map<std::uint64_t, WallTime>> raised;  // alerts
  std::uint64_t last = 0;
  std::string previous_hash;
  WallTime latest = WallTime::max();  // that was ever believed

  std::vector<std::optional<std::uint64_t>> commit(const Guid& ledger, std::span<const Step> steps,
                                                   const std::string& source = "test") {
    std::vector<std::optional<std::uint64_t>> results;
    for (const Step& step : steps) {
      if (!follows(step)) {
        results.push_back(std::nullopt);
        continue;
      }
      if (step.state) {
        states[step.tenant] = *step.state;
        states[step.tenant].forget_pending();
      }
      results.push_back(last + 1);
      for (const ChangeEvent& event : step.events)
        append(ledger, event, source);
    }
    return results;
  }

  bool follows(const Step& step) const {
    const auto stored = states.find(step.tenant);
    const std::uint64_t generation = stored == states.end() ? 0 : stored->second.generation;
    return !step.state || generation + 1 == step.state->generation;
  }

  void append(const Guid& ledger, const ChangeEvent& event, const std::string& source) {
    ++last;
    const Guid id = event_id(ledger, event, last);
    journal.push_back({.sequence = last,
                       .id = to_string(id),
                       .kind = event.kind,
                       .tenant = event.tenant,
                       .time = event.transition.confirmed,
                       .event = cloud_event(event, id, last, source, previous_hash)});
    previous_hash = sha256_hex(journal.back().event);
    for (const std::string& sink : event.sinks)
      outboxes[sink].insert(last);
  }

  void save_last_success(const TenantKey& tenant, WallTime time) {
    const auto stored = states.find(tenant);
    if (stored == states.end())
      return;
    std::optional<WallTime>& known = stored->second.last_success;
    if (!known || *known < time || *known > time + ClockDoubt::most_ahead)
      known = time;
  }

  const JournalEntry* entry(std::uint64_t sequence) const {
    const auto found = std::ranges::find(journal, sequence, &JournalEntry::sequence);
    return found == journal.end() ? nullptr : &*found;
  }

  Expired expire(WallTime before, std::uint64_t most, std::span<const TenantKey> watched) {
    Expired expired;
    const auto young = std::ranges::find_if(journal, [&](const JournalEntry& entry) {
      return entry.time >= before && entry.time <= latest;
    });
    const auto old = std::find_if(std::make_reverse_iterator(young), journal.rend(),
                                  [&](const JournalEntry& entry) { return entry.time < before; });
    auto count = std::size_t(journal.rend() - old);
    count = std::max(count, journal.size() - std::min<std::size_t>(journal.size(), most));
    const std::uint64_t through = count == 0 ? 0 : journal[count - 1].sequence;
    journal.erase(journal.begin(), journal.begin() + std::ptrdiff_t(count));
    expired.events = count;
    const auto gone = [&](std::uint64_t sequence) { return sequence <= through; };
    for (auto& [sink, box] : outboxes)
      if (const auto dropped = std::erase_if(box, gone))
        expired.undelivered.emplace_back(sink, dropped);
    for (auto& [sink, alerts] : raised)
      std::erase_if(alerts, [&](const auto& alert) { return gone(alert.first); });
    for (const auto& [key, state] : states)
      if (state.last_success.value_or(WallTime()) < before &&
          std::ranges::find(watched, key) == watched.end() &&
          std::ranges::none_of(journal, [&, asked = key](const JournalEntry& entry) {
            return entry.tenant == asked;
          }))
        expired.tenants.push_back(key);
    for (const TenantKey& key : expired.tenants)
      states.erase(key);
    return expired;
  }
};

}  // namespace tenantscope
