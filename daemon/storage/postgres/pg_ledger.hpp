// The ledger in PostgreSQL (storage/postgres/pg_schema), which several replicas share: one writes,
// whose term it is, and all of them read. Commits of many steps are several transactions, of whole
// steps. Whether one was committed whose answer was lost is settled before commit() answers.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "storage/damage.hpp"
#include "storage/ledger.hpp"
#include "storage/postgres/session/pg_settings.hpp"

namespace tenantscope {

// A term that nobody has: the ledger is read, also by a program that is outdated, and never
// written to.
inline constexpr std::uint64_t pg_no_term = 0;

// This replica begins a term, which ends the one before; its number. Throws FatalError: 1 where
// that may pass, else 78.
std::uint64_t begin_postgres_term(const PgSettings& settings, const std::string& replica);

// REQUIRES: the term was begun, or is none. Where another one has begun since, it can be read, and
// each write fails (io). A server that went back behind what this ledger has seen there is noticed
// at each connect: rewound() says so then, id() is another one, and commit() wants that told first.
// Throws FatalError as above.
std::unique_ptr<Ledger> open_postgres_ledger(PgSettings settings, std::uint64_t term,
                                             DamageObserver damage = {},
                                             std::function<void()> fenced = {});

}  // namespace tenantscope
