// Tenants, times and steps that ledgers are tested with, and how what they give back is compared
// and shown.
#pragma once

#include <limits>
#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "storage/ledger.hpp"

namespace tenantscope {

inline bool operator==(const Finding& a, const Finding& b) {
  return std::tie(a.found, a.cloud, a.tenant_id, a.region_scope, a.sub_scope) ==
         std::tie(b.found, b.cloud, b.tenant_id, b.region_scope, b.sub_scope);
}
// As far as it is stored: what is pending isn't.
inline bool operator==(const TenantState& a, const TenantState& b) {
  const auto stored = [](const TenantState& state) {
    return std::tie(state.generation, state.found, state.known, state.last_change, state.b2b_before,
                    state.last_success, state.stranger);
  };
  return stored(a) == stored(b);
}
inline void PrintTo(const TenantState& state, std::ostream* out) {
  *out << "generation " << state.generation << (state.found ? ", found" : ", not found");
  if (state.known)
    *out << ", known " << identity(*state.known) << " " << state.known->region_scope.text() << " "
         << state.known->sub_scope.text();
  if (state.stranger)
    *out << ", answered by " << identity(*state.stranger);
  for (const auto& time : state.last_change)
    *out << ", " << (time ? rfc3339(*time) : "-");
  if (state.b2b_before)
    *out << ", B2B before " << to_string(*state.b2b_before);
  *out << ", heard of " << (state.last_success ? rfc3339(*state.last_success) : "-");
}

using States = std::map<TenantKey, TenantState>;

inline WallTime minute(int number) {
  return *parse_rfc3339("2026-11-23T10:00:00Z") + std::chrono::minutes(number);
}

inline TenantKey tenant(int number) {
  return {.asked = "global", .name = "tenant-" + std::to_string(number) + ".example"};
}

inline Finding document(std::string_view region_scope, std::string_view sub_scope = "") {
  return {.found = true,
          .cloud = "usgov",
          .tenant_id = *parse_guid("aaaaaaaa-0000-4000-8000-00000000000a"),
          .region_scope = region_scope,
          .sub_scope = sub_scope};
}

// The step by which `state` comes to show `finding`. REQUIRES: it shows another one.
inline Step step_to(const TenantKey& key, const TenantState& state, const Finding& finding,
                    WallTime time, const std::vector<std::string>& sinks = {}) {
  const Observation observation{.finding = finding,
                                .evidence = {.url = "https://login.example", .status = 200},
                                .time = time};
  const Advance advanced = advance(state, observation, {.confirmations = 1});
  Step step{.tenant = key,
            .state = advanced.state,
            .events = make_events(key, advanced.transition.value(), {}, {})};
  for (ChangeEvent& event : step.events)
    event.sinks = sinks;
  return step;
}

// A drill of `key`, which doesn't move its state.
inline Step drill_of(const TenantKey& key, const TenantState& state, WallTime time,
                     const std::vector<std::string>& sinks = {}) {
  ChangeEvent drill = make_drill(key, state, "USG", time, {});
  drill.sinks = sinks;
  return {.tenant = key, .state = {}, .events = {drill}};
}

inline States states_of(Ledger& ledger) {
  States states;
  for (StoredTenant& stored : ledger.load().value())
    states.emplace(stored.key, stored.state);
  return states;
}

inline std::vector<std::uint64_t> sequences_of(const Result<std::vector<JournalEntry>>& entries) {
  std::vector<std::uint64_t> sequences;
  for (const JournalEntry& entry : entries.value())
    sequences.push_back(entry.sequence);
  return sequences;
}

inline std::vector<JournalEntry> all_of(Journal& journal) {
  return journal.read(0, std::numeric_limits<std::size_t>::max()).value();
}

}  // namespace tenantscope
