// What the suites that every ledger passes have in common: a storage and the ledger on it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "storage/ledger_samples.hpp"

namespace tenantscope {

template <class Storage>
class LedgerFixture : public testing::Test {
 protected:
  void reopen() {
    ledger.reset();
    ledger = storage.open();
  }

  // Commits one step of each tenant, to the next of its two scopes, at `time`; the sequences.
  std::vector<std::uint64_t> flip(const std::vector<int>& tenants, WallTime time,
                                  const std::vector<std::string>& sinks = {}) {
    std::vector<Step> steps;
    const States states = states_of(*ledger);
    for (int number : tenants) {
      const auto stored = states.find(tenant(number));
      const TenantState state = stored == states.end() ? TenantState{} : stored->second;
      steps.push_back(step_to(tenant(number), state,
                              document(state.generation % 2 == 0 ? "USG" : "USGov"), time, sinks));
    }
    std::vector<std::uint64_t> sequences;
    for (const auto& result : ledger->commit(steps, "test"))
      sequences.push_back(result.value());
    return sequences;
  }

  Storage storage;
  std::unique_ptr<Ledger> ledger = storage.open();
};

}  // namespace tenantscope
