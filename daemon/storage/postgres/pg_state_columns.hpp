// Tenants' states as the values of a statement, column by column.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/ledger.hpp"
#include "storage/postgres/session/pg_statement.hpp"

namespace tenantscope {

// States to be written, column by column, each in place of a row of the generation `before`, or of
// none.
class PgStateColumns {
 public:
  void add(const TenantKey& tenant, const TenantState& state, std::optional<std::int64_t> before);
  std::size_t size() const { return asked_.size(); }
  std::int64_t new_rows() const;

  // How many values add_to() adds.
  static constexpr std::size_t values = 19;
  void add_to(PgStatement& statement) const;
  // Common table expressions for a statement whose values from $`first` on are these: `moved` and
  // `added` have a row each for what was written. Written is only while `condition`, another
  // expression, has a row.
  static std::string written_if(std::string_view condition, const std::string& schema, int first);

 private:
  template <class Value>
  using Column = std::vector<std::optional<Value>>;

  std::vector<std::string> asked_, name_;
  Column<std::int64_t> before_;
  std::vector<std::uint64_t> generation_;
  std::vector<bool> found_;
  Column<PgBytes> cloud_, region_scope_, sub_scope_, stranger_cloud_;
  Column<Guid> tenant_id_, stranger_tenant_id_;
  std::array<Column<WallTime>, change_fields.size()> changed_;
  Column<std::string> b2b_before_;
  std::vector<std::int64_t> checksum_;
  Column<WallTime> last_success_;
};

}  // namespace tenantscope
