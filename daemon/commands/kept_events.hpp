// What was kept of a journal elsewhere: events as file sinks write them, a line each, and heads as
// `events verify` prints them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "formats/journal_chain.hpp"

namespace tenantscope {

struct KeptEvents {
  std::map<std::uint64_t, ChainLink> links;  // by sequence; of a head alone the head
  std::uint64_t repeats = 0;
  // "FILE:LINE: …" of the lines that were cut off while they were written, as by a power cut; a
  // sink tells their events again.
  std::vector<std::string> torn;
  // Two that have one number; a torn line whose event wasn't told again, though later ones were.
  std::vector<ChainBreak> contradictions;

  std::map<std::uint64_t, std::string> hashes() const;
};

enum class HeadLines { are_taken, are_refused };

// A line at a time, of any number; `-` is standard input. Throws FatalError, "FILE:LINE: …", where
// a line isn't an event, nor a torn one, or where there is none.
KeptEvents read_kept_events(const std::string& file, HeadLines heads);

}  // namespace tenantscope
