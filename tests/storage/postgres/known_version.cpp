// In place of the program's own pg_versions.
#include "storage/postgres/known_version.hpp"

#include "storage/postgres/versions/pg_versions.hpp"

namespace tenantscope {

std::int32_t known_pg_version = 1;

std::span<const PgStep> pg_steps() {
  static const std::array steps{PgStep(next_pg_statements)};
  return std::span(steps).first(std::size_t(known_pg_version - 1));
}

}  // namespace tenantscope
