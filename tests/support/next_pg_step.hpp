// A step that a later release might bring, which adds to each table what the releases before it
// don't know.
#pragma once

#include <array>
#include <cstdint>

namespace tenantscope {

inline constexpr std::int32_t next_pg_version = 2;
inline constexpr std::array next_pg_statements{
    "ALTER TABLE {0}.ledger ADD COLUMN remark text NOT NULL DEFAULT ''",
    "ALTER TABLE {0}.tenants ADD COLUMN remark text NOT NULL DEFAULT ''",
    "ALTER TABLE {0}.heard ADD COLUMN remark text NOT NULL DEFAULT ''",
    "ALTER TABLE {0}.journal ADD COLUMN remark text NOT NULL DEFAULT ''",
    "ALTER TABLE {0}.outbox ADD COLUMN remark text",
    "ALTER TABLE {0}.alerts ADD COLUMN remark text",
    "ALTER TABLE {0}.replicas ADD COLUMN remark text",
    "CREATE TABLE {0}.remarks(sequence bigint PRIMARY KEY, remark text NOT NULL)",
    "CREATE INDEX journal_by_remark ON {0}.journal(remark)",
};

}  // namespace tenantscope
