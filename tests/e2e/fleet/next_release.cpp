// The daemon of a later release: linked in place of pg_versions.
#include <array>

#include "storage/postgres/versions/pg_versions.hpp"
#include "support/next_pg_step.hpp"

namespace tenantscope {

std::span<const PgStep> pg_steps() {
  static const std::array steps{PgStep(next_pg_statements)};
  return steps;
}

}  // namespace tenantscope
