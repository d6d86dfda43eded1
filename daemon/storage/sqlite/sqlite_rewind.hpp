// A ledger that goes back to a backup: what it tells from then on has ids and numbers that nothing
// has had. The daemon that opens it next tells of it. Throws Failure.
#pragma once

#include <cstdint>
#include <optional>

#include "domain/event.hpp"
#include "storage/ledger.hpp"
#include "storage/sqlite/sqlite.hpp"
#include "storage/sqlite/sqlite_meta.hpp"

namespace tenantscope::sqlite {

// How many numbers may have been given since the backup, at most.
inline constexpr std::uint64_t rewind_gap = 1'000'000;

// Gives the ledger another id, and raises its head above all that was given: `used` is the largest
// number that is known of. Where it went back before, and that wasn't told, it went from there:
// nothing was committed since. One that was moved isn't any more. In one transaction; the id.
Guid rewind(Connection& connection, std::uint64_t used);

// That it went back, until that is told.
std::optional<Rewind> rewound(Meta& meta);
void note_told(Meta& meta);

// Of a ledger that is copied: that it went back and hasn't told so, and the largest number that was
// given.
void keep_rewound(Meta& meta, const Rewind& rewind);
void raise_head(Connection& connection, std::uint64_t head);

}  // namespace tenantscope::sqlite
