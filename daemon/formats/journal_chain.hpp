// The journal as a chain: each event carries the SHA-256 of the bytes of the one before it
// (`previoushash`). Checks events in their order, wherever they come from: a storage, a daemon, or
// what a sink has kept; and whether those that were kept elsewhere are among them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/chain_link.hpp"

namespace tenantscope {

// Where something isn't as it was written.
struct ChainBreak {
  std::uint64_t sequence = 0;
  std::string what;
  std::string expected;
  std::string found;
  std::string cause;  // what may have happened
};

struct SequenceRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

enum class ChainState {
  intact,
  broken,
  rewritten,  // intact, but an event that was kept elsewhere is another one here
  shortened,  // intact, but an event that was kept elsewhere isn't here any more
  gone,       // intact, but nothing that was kept elsewhere is still here
};
std::string_view to_string(ChainState state);

struct ChainReport {
  ChainState state = ChainState::intact;
  std::uint64_t events = 0;
  std::uint64_t first = 0;         // 0: there is none
  std::optional<ChainHead> head;   // the newest event, also where retention has taken it
  std::vector<ChainBreak> breaks;  // the first ones
  std::uint64_t more_breaks = 0;
  std::vector<SequenceRange> gaps;
  std::vector<std::string> notes;  // what can't be proved
  // Of those that were kept elsewhere:
  std::uint64_t contained = 0;
  std::uint64_t gone = 0;    // by retention, or in a gap
  std::uint64_t proved = 0;  // the newest of those that are contained
  // Which events are proved by those to be as they were: each one, and those before it as far as
  // one follows from the other.
  std::vector<SequenceRange> unchanged;
};

class JournalChain {
 public:
  // Of a journal, gaps are breaks; a sink's `match` makes them.
  enum class Gaps { are_breaks, are_listed };

  // `kept`: hashes by sequence.
  explicit JournalChain(Gaps gaps, std::map<std::uint64_t, std::string> kept = {});

  // What retention took last: what the first event follows. Before the first take().
  void begin_after(ChainHead taken);
  // REQUIRES: its sequence is larger than that of the one before. `own`: it isn't as it was
  // written.
  void take(const ChainLink& link, std::optional<ChainBreak> own = {});
  void add(ChainBreak found) { add_to(report_.breaks, std::move(found)); }
  // The largest sequence ever given, where that is known otherwise.
  void end_at(std::uint64_t last);
  // At the end, once.
  ChainReport report();

 private:
  void add_to(std::vector<ChainBreak>& breaks, ChainBreak found);
  void follow(const ChainHead& before, const ChainLink& link);
  void go_back(const ChainHead& before, const ChainLink& link);
  void compare(const ChainHead& before, const ChainLink& link);
  void miss(const ChainHead& before, const ChainLink& link);
  void look_for(const ChainHead& head);
  void judge_kept();
  bool is_in_gap(std::uint64_t sequence) const;
  ChainBreak missed(std::uint64_t sequence, const std::string& hash) const;

  Gaps gaps_;
  std::map<std::uint64_t, std::string> kept_;
  std::size_t kept_count_;
  std::optional<ChainHead> taken_;
  std::vector<SequenceRange> given_up_;  // numbers, by a ledger that went back
  std::vector<ChainBreak> rewritten_, shortened_;
  std::uint64_t run_ = 0;        // since which event each one follows from the one before
  bool linked_ = false;          // whether the event follows from the one before
  std::uint64_t unchained_ = 0;  // the last event before there was a chain
  bool chained_ = false;         // an event had a previoushash
  bool suspect_ = false;         // the event before isn't as it was written
  ChainReport report_;
};

}  // namespace tenantscope
