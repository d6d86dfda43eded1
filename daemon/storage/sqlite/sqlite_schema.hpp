// The ledger's tables: their columns as they are read, and the migrations that made them, each
// the only place that says what its version brought. Throws Failure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tenantscope::sqlite {

class Connection;

inline constexpr std::uint32_t application_id = 0x746e7363;  // "tnsc"
inline constexpr std::uint32_t schema_version = 4;
// Since then rows have checksums; older ones are read as they are.
inline constexpr std::uint32_t first_with_checksums = 3;
// Since then a tenant's row says who answers instead of the pinned tenant, and what B2B was before.
inline constexpr std::uint32_t first_with_pins = 4;

// REQUIRES of the columns of each table below: in the order of their numbers, which selected()
// gives them. `sound` is 1 where the row is as it was written; a tenant's `checksum` is of the
// columns before `last_success` then.

struct TenantsTable {
  enum Column : int {
    asked,
    name,
    generation,
    found,
    cloud,
    tenant_id,
    region_scope,
    sub_scope,
    region_scope_changed,
    sub_scope_changed,
    b2b_capability_changed,
    identity_changed,
    presence_changed,
    stranger_cloud,
    stranger_tenant_id,
    b2b_before,
    last_success,
    whose,  // the key once more, NAME@ASKED: where the key is damaged, it says whose the row was
    checksum,
  };
  static constexpr int guarded_columns = last_success;  // the first ones
  // What the checksum is of. `last_success` isn't in it: it is saved for all tenants together.
  static constexpr std::string_view guarded =
      "asked, name, generation, found, cloud, tenant_id, region_scope, sub_scope, "
      "region_scope_changed, sub_scope_changed, b2b_capability_changed, identity_changed, "
      "presence_changed, stranger_cloud, stranger_tenant_id, b2b_before";
  static constexpr std::string_view state =  // without the key
      guarded.substr(std::string_view("asked, name, ").size());

  static std::string selected(std::uint32_t version);
};

struct JournalTable {
  enum Column : int { sequence, id, kind, asked, name, time, event, sound, count };
  // What the checksum is of; `hash` is the SHA-256 of `event`.
  static constexpr std::string_view guarded =
      "journal.sequence, journal.id, journal.kind, journal.asked, journal.name, journal.time, "
      "journal.hash";

  static std::string selected(std::uint32_t version);
};

// In queries that select the journal's columns before these.
struct OutboxTable {
  enum Column : int { sequence = JournalTable::count, sound };
  static constexpr std::string_view guarded = "outbox.sink, outbox.sequence";

  static std::string selected();
};

struct AlertsTable {
  enum Column : int { until = JournalTable::count, sound };
  static constexpr std::string_view guarded = "alerts.sink, alerts.sequence, alerts.until";

  static std::string selected();
};

std::uint32_t version_of(const Connection& connection);

// Throws Failure where a database that says it is of this version can't be.
void prove_version(const Connection& connection, std::uint32_t version);

// Brings a database from whatever version it is of, 0 where it is empty, to this one: a transaction
// for each version.
void migrate(Connection& connection);

}  // namespace tenantscope::sqlite
