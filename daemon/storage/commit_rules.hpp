// What every store's commit does alike: in which order steps come, what an event is when it has its
// place in the journal, and how a step is refused.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "storage/ledger.hpp"

namespace tenantscope {

// Where the journal ends: the largest sequence ever given, and the newest event's hash in hex, as
// it is stored, also where that row is damaged: the chain then shows where it broke. No hash before
// the first event.
struct JournalHead {
  std::uint64_t sequence = 0;
  std::string hash;

  bool operator==(const JournalHead&) const = default;
};

struct PlacedEvent {
  JournalEntry entry;
  std::string hash;  // the SHA-256 of the event, its 32 bytes
};

// The event behind `head`, which becomes it. It carries the hash of the one before.
PlacedEvent place_event(const ChangeEvent& event, const Guid& ledger, const std::string& source,
                        JournalHead& head);

// In which order steps are committed, by their places: those that tell that the ledger went back
// come first, as what is written before them would stand in a gap of the chain.
struct CommitOrder {
  explicit CommitOrder(std::span<const Step> steps);

  std::vector<std::size_t> places;
  bool tells = false;  // one of them does
};

// That the ledger went back isn't told yet.
Error held_back(const Step& step);
// `generation`: the ledger's.
Error does_not_follow(const Step& step, std::uint64_t generation);

}  // namespace tenantscope
