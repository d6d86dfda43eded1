// Who holds the ledger and doesn't go on: a client that stands still, or is gone without its server
// knowing, behind a statement that has locked rows and before the rest of its transaction. No timer
// of the server's runs then (it waits for the rest of a flight), and others would wait for it
// without an end.
#pragma once

#include "base/time.hpp"
#include "storage/postgres/session/pg_session.hpp"

namespace tenantscope {

// Ends the connections of those that have been in such a transaction for longer: of this program,
// of this schema's rows, and never one that waits for anything else, as its COMMIT may wait to be
// replicated. What they sent isn't committed. That it isn't permitted is noted (PgSeen), and no
// failure. Throws PgFailure where it couldn't be asked.
void pg_break_turn(PgSession& session, Duration longest, SteadyTime deadline);

}  // namespace tenantscope
