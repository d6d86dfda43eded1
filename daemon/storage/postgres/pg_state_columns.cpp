#include "storage/postgres/pg_state_columns.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "storage/postgres/pg_tenant_row.hpp"

namespace tenantscope {
namespace {

constexpr std::array state_columns{"generation",
                                   "found",
                                   "cloud",
                                   "tenant_id",
                                   "region_scope",
                                   "sub_scope",
                                   "region_scope_changed",
                                   "sub_scope_changed",
                                   "b2b_capability_changed",
                                   "identity_changed",
                                   "presence_changed",
                                   "stranger_cloud",
                                   "stranger_tenant_id",
                                   "b2b_before",
                                   "checksum"};
// With the key, `before` and `last_success`.
static_assert(PgStateColumns::values == state_columns.size() + 4);

template <class Of, class Value>
auto of_each(const Of& finding, Value value) {
  return finding ? std::optional(value(*finding)) : std::nullopt;
}

PgBytes bytes(const Word& word) { return {word.text()}; }

}  // namespace

void PgStateColumns::add(const TenantKey& tenant, const TenantState& state,
                         std::optional<std::int64_t> before) {
  asked_.push_back(tenant.asked);
  name_.push_back(tenant.name);
  before_.push_back(before);
  generation_.push_back(state.generation);
  found_.push_back(state.found);
  const auto cloud = [](const Finding& finding) { return bytes(finding.cloud); };
  const auto tenant_id = [](const Finding& finding) { return finding.tenant_id; };
  cloud_.push_back(of_each(state.known, cloud));
  tenant_id_.push_back(of_each(state.known, tenant_id));
  region_scope_.push_back(
      of_each(state.known, [](const Finding& finding) { return bytes(finding.region_scope); }));
  sub_scope_.push_back(
      of_each(state.known, [](const Finding& finding) { return bytes(finding.sub_scope); }));
  for (std::size_t field = 0; field < changed_.size(); ++field)
    changed_[field].push_back(state.last_change[field]);
  stranger_cloud_.push_back(of_each(state.stranger, cloud));
  stranger_tenant_id_.push_back(of_each(state.stranger, tenant_id));
  b2b_before_.push_back(
      of_each(state.b2b_before, [](B2b b2b) { return std::string(to_string(b2b)); }));
  checksum_.push_back(PgTenantRow::checksum_of(tenant, state));
  last_success_.push_back(state.last_success);
}

std::int64_t PgStateColumns::new_rows() const {
  return std::ranges::count(before_, std::optional<std::int64_t>());
}

void PgStateColumns::add_to(PgStatement& statement) const {
  statement.add(asked_).add(name_).add(before_).add(generation_).add(found_);
  statement.add(cloud_).add(tenant_id_).add(region_scope_).add(sub_scope_);
  for (const auto& changed : changed_)
    statement.add(changed);
  statement.add(stranger_cloud_).add(stranger_tenant_id_).add(b2b_before_);
  statement.add(checksum_).add(last_success_);
}

std::string PgStateColumns::written_if(std::string_view condition, const std::string& schema,
                                       int first) {
  std::vector<std::string> numbers, given;
  for (int number = first; number < first + int(values); ++number)
    numbers.push_back(fmt::format("${}", number));
  for (const char* const column : state_columns)
    given.push_back(fmt::format("given.{}", column));
  return fmt::format(
      "given AS (SELECT given.* FROM {condition}, unnest({numbers}) AS given(asked, name, before, "
      "{state}, last_success)), "
      "moved AS (UPDATE {schema}.tenants AS stored SET ({state}) = ROW({given}) FROM given WHERE "
      "stored.asked = given.asked AND stored.name = given.name AND "
      "stored.generation = given.before RETURNING 1), "
      "added AS (INSERT INTO {schema}.tenants (asked, name, {state}) SELECT asked, name, {state} "
      "FROM given WHERE before IS NULL ON CONFLICT DO NOTHING RETURNING 1), "
      "heard AS (INSERT INTO {schema}.heard (asked, name, last_success) "
      "SELECT asked, name, last_success FROM given "
      "ON CONFLICT (asked, name) DO UPDATE SET last_success = excluded.last_success)",
      fmt::arg("condition", condition), fmt::arg("schema", schema),
      fmt::arg("numbers", fmt::join(numbers, ", ")), fmt::arg("given", fmt::join(given, ", ")),
      fmt::arg("state", fmt::join(state_columns, ", ")));
}

}  // namespace tenantscope
