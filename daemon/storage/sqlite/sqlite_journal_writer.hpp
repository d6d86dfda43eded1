// Writes the journal as a chain: each event carries the SHA-256 of the one before it. All of it
// within transactions that are under way. Throws Failure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/guid.hpp"
#include "domain/event.hpp"
#include "storage/commit_rules.hpp"
#include "storage/sqlite/sqlite.hpp"
#include "storage/sqlite/sqlite_journal.hpp"
#include "storage/sqlite/sqlite_meta.hpp"

namespace tenantscope::sqlite {

// As `meta` keeps one: "SEQUENCE HASH", or "SEQUENCE" where the hash isn't known. Nothing where it
// is none.
std::optional<JournalHead> read_head(const std::optional<std::string>& text);

class JournalWriter {
 public:
  // REQUIRES of both: they outlive it.
  JournalWriter(Connection& connection, Meta& meta, JournalQueries& queries);

  JournalHead head();  // where a transaction begins
  // Writes the event behind `head`, which becomes it.
  void append(const ChangeEvent& event, const Guid& ledger, const std::string& source,
              JournalHead& head);
  // Writes an event that has its place.
  void add(const PlacedEvent& placed);
  // That retention took events up to this one, and that the journal ends here, which its newest
  // event doesn't say.
  void keep_taken(const JournalHead& taken);
  void keep_head(const JournalHead& head);
  // Throws Failure where an event that was appended since head(), last, at `head`, can't be found
  // again: the journal's pages are damaged.
  void prove_appended(const JournalHead& head);

  bool has(std::uint64_t sequence);

  // Removes the oldest events, as Ledger::expire() says, and keeps the hash of the last of them as
  // `taken`; how many. `believed`: no event of a right clock is newer, so those that are keep none
  // of those behind them.
  std::uint64_t expire(WallTime before, WallTime believed, std::uint64_t most);

 private:
  std::optional<JournalHead> newest();
  std::optional<std::int64_t> last_to_go(WallTime before, WallTime believed, std::uint64_t most);
  void note_taken(std::int64_t sequence);

  Connection& connection_;
  Meta& meta_;
  JournalQueries& queries_;
  Statement newest_;
  Statement append_;
  Statement one_;
  Statement first_young_;
  Statement last_old_;
  Statement count_;
  Statement last_surplus_;
  Statement taken_;
  Statement expire_;
  std::optional<JournalHead> kept_;  // what retention took as the newest
  std::uint64_t appended_ = 0;       // last, since head(); 0: nothing
};

}  // namespace tenantscope::sqlite
