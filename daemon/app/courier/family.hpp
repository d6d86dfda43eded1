// Which events are told together: a tenant's own and those of the pairs that it changed, for sinks
// whose receivers are people. Pure.
#pragma once

#include <string>
#include <vector>

#include "storage/ledger.hpp"

namespace tenantscope {

// The id of the event that this one goes with: of a pair's, its cause's; else its own.
std::string family_of(const JournalEntry& event);

// How many of `events` are of families that are there to their ends, whatever comes after them in
// the journal, which has a family's events one after the other. 0: there is only one.
std::size_t whole_families(const std::vector<JournalEntry>& events);

}  // namespace tenantscope
