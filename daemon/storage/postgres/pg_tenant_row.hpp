// A tenant's row, as it is read and as it is checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "storage/ledger.hpp"
#include "storage/postgres/session/pg_rows.hpp"

namespace tenantscope {

struct PgTenantRow {
  // In the order of `selected`.
  enum Column : int {
    asked,
    name,
    generation,
    found,
    cloud,
    tenant_id,
    region_scope,
    sub_scope,
    first_changed,
    stranger_cloud = first_changed + int(change_fields.size()),
    stranger_tenant_id,
    b2b_before,
    checksum,
    last_success,
  };
  static constexpr std::string_view selected =
      "asked, name, generation, found, cloud, tenant_id, region_scope, sub_scope, "
      "region_scope_changed, sub_scope_changed, b2b_capability_changed, identity_changed, "
      "presence_changed, stranger_cloud, stranger_tenant_id, b2b_before, checksum, last_success";

  // The tenant, where its row is as it was written.
  static std::optional<StoredTenant> read(const PgRow& row);
  // Of what is stored of it, but for when it was heard of, which is saved for all together.
  static std::int64_t checksum_of(const TenantKey& tenant, const TenantState& state);
};

}  // namespace tenantscope
