// A shared ledger of an older version is brought up to this program's, while daemons of both use
// it; and once no older one lives, older ones are kept out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storage/postgres/session/pg_session.hpp"

namespace tenantscope {

struct PgUpgrade {
  // A replica that lives, of a program that knows an older version.
  struct Older {
    std::string name, release;
    std::int32_t reads = 0;
  };

  std::int32_t before = 0, now = 0;  // the tables' version
  bool closed = false;               // older programs are kept out, since now
  std::int32_t min_reader = 0;       // what programs have to know to take part
  std::vector<Older> older;          // they keep it from being closed
};

// What does it, whatever older version the ledger is of, for people who run it themselves.
// `schema`: its plain name.
std::string pg_upgrade_text(const std::string& schema);

// In one transaction. A term that nobody lives in ends where older programs are kept out: one that
// stood still can't write in it any more. Throws PgFailure, also where the ledger is of a later
// version.
PgUpgrade upgrade_pg_schema(PgSession& session);

}  // namespace tenantscope
