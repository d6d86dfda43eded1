// How libpq is told to connect: everything that it would take from PG* variables, a service file or
// the home folder otherwise has a value of its own, or is refused where that can't be.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "storage/postgres/session/pg_settings.hpp"

namespace tenantscope {

using PgOptions = std::vector<std::pair<const char*, std::string>>;

// `address`: one that the host's name resolves to; empty for a unix socket. Throws PgFailure where
// the password can't be read, no CA is named for a server elsewhere, or the environment has what
// can't be shut out.
PgOptions pg_options(const PgSettings& settings, const PgHost& host, const std::string& address);

bool is_unix_socket(const PgHost& host);
// On this machine: what is said there needs no TLS.
bool is_near(const PgHost& host);

}  // namespace tenantscope
