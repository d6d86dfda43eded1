// Whose term it is to write. A term ends when another one begins, which whoever begins it does
// after the lease of the one before is over; what is written says in which term.
#pragma once

#include <cstdint>
#include <string>

#include "storage/postgres/session/pg_failure.hpp"
#include "storage/postgres/session/pg_session.hpp"

namespace tenantscope {

// The term that begins now, of this replica. Throws PgFailure.
std::uint64_t pg_begin_term(PgSession& session, const std::string& replica);

// In one transaction of this term, what the statement gives. Throws PgFailure, also where the term
// is over: nothing is written then.
PgRows pg_write_in_term(PgSession& session, std::uint64_t term, PgStatement statement);

// That another one has begun, and the SQLSTATE of that.
PgFailure pg_deposed(std::uint64_t term);
inline constexpr const char* pg_fenced = "TSTRM";

}  // namespace tenantscope
