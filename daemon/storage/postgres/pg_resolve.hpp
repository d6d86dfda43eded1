// A host's addresses, looked up with a deadline: libpq would wait for the resolver as long as that
// takes. Any thread.
#pragma once

#include <string>
#include <vector>

#include "storage/postgres/session/pg_settings.hpp"

namespace tenantscope {

// As numbers; none where the name is a unix socket's folder. Throws PgFailure.
std::vector<std::string> pg_resolve(const PgHost& host, SteadyTime deadline);

}  // namespace tenantscope
