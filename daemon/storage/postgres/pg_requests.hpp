// The requests of a shared ledger's standbys, in PostgreSQL.
#pragma once

#include <cstdint>
#include <memory>

#include "storage/postgres/session/pg_settings.hpp"
#include "storage/request_box.hpp"

namespace tenantscope {

// Over a connection of its own, which is made when it is used first. `term`: in which the active
// replica claims and answers; a standby has none, and says 0.
std::unique_ptr<RequestBox> open_postgres_requests(PgSettings settings, std::uint64_t term);

}  // namespace tenantscope
