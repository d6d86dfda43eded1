#include "storage/postgres/pg_tenant_row.hpp"

#include <string>

#include "storage/row_checksum.hpp"

namespace tenantscope {
namespace {

void add(RowChecksum& checksum, const Finding* finding, bool scopes) {
  if (!finding) {
    for (int column = 0; column < (scopes ? 4 : 2); ++column)
      checksum.add(std::nullopt);
    return;
  }
  checksum.add(std::string_view(finding->cloud.text()));
  checksum.add(std::string_view(to_string(finding->tenant_id)));
  if (!scopes)
    return;
  checksum.add(std::string_view(finding->region_scope.text()));
  checksum.add(std::string_view(finding->sub_scope.text()));
}

Finding finding_in(const PgRow& row, int cloud, int tenant_id) {
  return {.found = true, .cloud = row.view(cloud), .tenant_id = row.guid(tenant_id)};
}

}  // namespace

// The columns in SQLite's order, so that a row that moves from one to the other keeps it.
std::int64_t PgTenantRow::checksum_of(const TenantKey& tenant, const TenantState& state) {
  RowChecksum sum;
  sum.add(std::string_view(tenant.asked));
  sum.add(std::string_view(tenant.name));
  sum.add(std::int64_t(state.generation));
  sum.add(std::int64_t(state.found));
  add(sum, state.known ? &*state.known : nullptr, true);
  for (const auto& time : state.last_change)
    time ? sum.add(std::int64_t(time->time_since_epoch().count())) : sum.add(std::nullopt);
  add(sum, state.stranger ? &*state.stranger : nullptr, false);
  state.b2b_before ? sum.add(to_string(*state.b2b_before)) : sum.add(std::nullopt);
  return sum.value();
}

std::optional<StoredTenant> PgTenantRow::read(const PgRow& row) {
  StoredTenant stored{.key = {.asked = row.text(asked), .name = row.text(name)}, .state = {}};
  TenantState& state = stored.state;
  state.generation = row.number(generation);
  state.found = row.truth(found);
  if (!row.null(tenant_id)) {
    state.known = finding_in(row, cloud, tenant_id);
    state.known->region_scope = row.view(region_scope);
    state.known->sub_scope = row.view(sub_scope);
  }
  if (!row.null(stranger_tenant_id))
    state.stranger = finding_in(row, stranger_cloud, stranger_tenant_id);
  for (const Field field : change_fields)
    if (const int column = first_changed + int(field); !row.null(column))
      state.last_change.set(field, row.time(column));
  if (!row.null(b2b_before))
    state.b2b_before = parse_b2b(row.text(b2b_before));
  if (row.integer(checksum) != checksum_of(stored.key, state))
    return std::nullopt;
  state.last_success = row.time_if_any(last_success);
  return stored;
}

}  // namespace tenantscope
