// A ledger as simple as can be, in memory, to compare the real ones with.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "formats/json.hpp"
#include "storage/ledger.hpp"
#include "storage/ledger_samples.hpp"

namespace tenantscope {

struct LedgerModel {
  struct Entry {
    std::uint64_t sequence;
    std::string id;
    std::string event;
    WallTime time;
    TenantKey tenant;
  };

  States states;
  std::vector<Entry> journal;
  std::map<std::string, std::set<std::uint64_t>> outboxes;
  std::map<std::string, std::map<std::uint64_t, WallTime>> raised;  // alerts
  std::uint64_t last = 0;
  std::string previous_hash;

  std::vector<std::optional<std::uint64_t>> commit(const Guid& ledger,
                                                   const std::vector<Step>& steps) {
    std::vector<std::optional<std::uint64_t>> results;
    for (const Step& step : steps) {
      if (step.state && states[step.tenant].generation + 1 != step.state->generation) {
        results.push_back(std::nullopt);
        continue;
      }
      if (step.state)
        states[step.tenant] = *step.state;
      results.push_back(last + 1);
      for (const ChangeEvent& event : step.events) {
        ++last;
        const Guid id = event_id(ledger, event, last);
        journal.push_back({last, to_string(id), cloud_event(event, id, last, "test", previous_hash),
                           event.transition.confirmed, step.tenant});
        previous_hash = sha256_hex(journal.back().event);
        for (const std::string& sink : event.sinks)
          outboxes[sink].insert(last);
      }
    }
    std::erase_if(states, [](const auto& state) { return state.second.generation == 0; });
    return results;
  }

  Expired expire(WallTime before, std::uint64_t most, const std::vector<TenantKey>& watched) {
    Expired expired;
    std::set<std::uint64_t> gone;
    for (const Entry& entry : journal) {
      if (entry.time >= before)
        break;
      gone.insert(entry.sequence);
    }
    std::uint64_t left = journal.size() - gone.size();
    for (const Entry& entry : journal)
      if (left > most && gone.insert(entry.sequence).second)
        --left;
    expired.events =
        std::erase_if(journal, [&](const Entry& entry) { return gone.contains(entry.sequence); });
    for (auto& [sink, box] : outboxes)
      if (const auto count =
              std::erase_if(box, [&](std::uint64_t sequence) { return gone.contains(sequence); }))
        expired.undelivered.emplace_back(sink, count);
    for (auto& [sink, alerts] : raised)
      std::erase_if(alerts, [&](const auto& alert) { return gone.contains(alert.first); });
    for (const auto& [key, state] : states)
      if (*state.last_success < before && std::ranges::find(watched, key) == watched.end() &&
          std::ranges::none_of(
              journal, [&, asked = key](const Entry& entry) { return entry.tenant == asked; }))
        expired.tenants.push_back(key);
    for (const TenantKey& key : expired.tenants)
      states.erase(key);
    return expired;
  }
};

}  // namespace tenantscope
