// How the configuration's PostgreSQL is asked. Any thread.
#pragma once

#include "domain/settings.hpp"
#include "storage/postgres/session/pg_settings.hpp"

namespace tenantscope {

// The password is read from its file at each connect.
PgSettings place_of(const PostgresSettings& given);

}  // namespace tenantscope
