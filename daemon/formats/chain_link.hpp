// An event as a link of the journal's chain (formats/journal_chain). Pure.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tenantscope {

// An event as it can be kept elsewhere: it proves what the journal was, up to there.
struct ChainHead {
  std::uint64_t sequence = 0;
  std::string hash;  // of the event's bytes, in lower-case hex; empty: not known

  bool operator==(const ChainHead&) const = default;
};

std::string to_string(const ChainHead& head);  // "SEQUENCE:HASH"
std::optional<ChainHead> parse_chain_head(std::string_view text);

// What the chain sees of an event.
struct ChainLink {
  ChainHead head;
  std::string previous;          // its `previoushash`; empty: it has none
  bool rewound = false;          // it says that the ledger went back, and gave numbers up
  std::uint64_t rewound_to = 0;  // the last one before that it follows, as it says
};

// Error: why the text is no event of a journal.
Result<boost::json::object> parse_event(std::string_view text);
// REQUIRES: `event` is what parse_event() made of `text`.
ChainLink chain_link(const boost::json::object& event, std::string_view text);

}  // namespace tenantscope
