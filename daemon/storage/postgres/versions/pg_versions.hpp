// Which version of the shared ledger's tables this program knows, and what makes it of older ones.
// pg_schema has version 1; each step makes the next version of the one before. A step only adds:
// tables, indexes, columns that may be null or have a default. What an older program reads is where
// it was then, and means what it meant, and the rows that it writes lack nothing. So the releases
// before and after a step work on the same tables side by side, until the ledger's `min_reader`
// says that older ones take part no more.
#pragma once

#include <cstdint>
#include <span>

namespace tenantscope {

// Statements, with {0} in place of the schema's name.
using PgStep = std::span<const char* const>;

// That of version 2 comes first.
std::span<const PgStep> pg_steps();

inline std::int32_t pg_schema_version() { return std::int32_t(pg_steps().size()) + 1; }

}  // namespace tenantscope
