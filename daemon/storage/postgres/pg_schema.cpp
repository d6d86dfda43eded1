#include "storage/postgres/pg_schema.hpp"

#include <fmt/format.h>

#include <array>

#include "storage/postgres/versions/pg_versions.hpp"

namespace tenantscope {
namespace {

// Times are milliseconds since the epoch. Texts compare by their bytes, as everywhere else. `bytea`
// is what documents say, which may have U+0000. Rows have checksums of the same values as in
// SQLite. What changes for many tenants at once, when they were heard of, is a table of its own.
// Released tables stay as they are here: pg_steps() makes of them what came later.
constexpr std::array tables{
    "CREATE SCHEMA IF NOT EXISTS {0}",
    R"(CREATE TABLE {0}.ledger(
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  version integer NOT NULL,
  min_reader integer NOT NULL,
  id uuid NOT NULL,
  head bigint NOT NULL DEFAULT 0,
  head_hash bytea NOT NULL DEFAULT '',
  term bigint NOT NULL DEFAULT 0,
  active text COLLATE "C" NOT NULL DEFAULT '',
  incarnation bigint NOT NULL DEFAULT 0,
  settled bigint NOT NULL DEFAULT 0,
  tenants bigint NOT NULL DEFAULT 0,
  taken bigint,
  taken_hash bytea,
  rewound_from uuid,
  rewound_last bigint,
  believed bigint,
  latest_believed bigint,
  moved_to text,
  copied_from text) WITH (fillfactor = 50))",
    R"(CREATE TABLE {0}.tenants(
  asked text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  generation bigint NOT NULL,
  found boolean NOT NULL,
  cloud bytea,
  tenant_id uuid,
  region_scope bytea,
  sub_scope bytea,
  region_scope_changed bigint,
  sub_scope_changed bigint,
  b2b_capability_changed bigint,
  identity_changed bigint,
  presence_changed bigint,
  stranger_cloud bytea,
  stranger_tenant_id uuid,
  b2b_before text,
  checksum bigint NOT NULL,
  PRIMARY KEY (asked, name)))",
    R"(CREATE TABLE {0}.heard(
  asked text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  last_success bigint,
  PRIMARY KEY (asked, name)) WITH (fillfactor = 70))",
    R"(CREATE TABLE {0}.journal(
  sequence bigint PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  kind text NOT NULL,
  asked text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  time bigint NOT NULL,
  event text NOT NULL,
  hash bytea NOT NULL,
  checksum bigint NOT NULL))",
    "CREATE INDEX journal_by_time ON {0}.journal(time)",
    "CREATE INDEX journal_by_tenant ON {0}.journal(asked, name, sequence)",
    R"(CREATE TABLE {0}.outbox(
  sink text COLLATE "C" NOT NULL,
  sequence bigint NOT NULL,
  checksum bigint NOT NULL,
  PRIMARY KEY (sink, sequence)))",
    R"(CREATE TABLE {0}.replicas(
  name text COLLATE "C" PRIMARY KEY,
  incarnation bigint NOT NULL,
  expires timestamptz NOT NULL,
  url text NOT NULL,
  version text NOT NULL,
  reads integer NOT NULL,
  config text NOT NULL,
  state text NOT NULL,
  since bigint NOT NULL,
  sequence bigint NOT NULL))",
    R"(CREATE TABLE {0}.requests(
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  arguments text NOT NULL,
  asked_by text NOT NULL,
  asked timestamptz NOT NULL,
  expires timestamptz NOT NULL,
  claimed bigint,
  answer text) WITH (fillfactor = 50))",
    R"(CREATE TABLE {0}.alerts(
  sink text COLLATE "C" NOT NULL,
  sequence bigint NOT NULL,
  until bigint NOT NULL,
  checksum bigint NOT NULL,
  PRIMARY KEY (sink, sequence)))",
};

// The id is the name space of the events' ids: gen_random_uuid() of version 4, as random_guid().
constexpr auto first_row =
    "INSERT INTO {0}.ledger(version, min_reader, id) VALUES ({1}, {1}, gen_random_uuid())";

template <class Take>
void each_statement(const std::string& schema, Take take) {
  for (const char* const text : tables)
    take(fmt::format(fmt::runtime(text), schema));
  for (const PgStep& step : pg_steps())
    for (const char* const text : step)
      take(fmt::format(fmt::runtime(text), schema));
  take(fmt::format(first_row, schema, pg_schema_version()));
}

[[noreturn]] void refuse(const PgConnection& connection, const std::string& why) {
  throw PgFailure(fmt::format("{}: {}", connection.name(), why), PgFailure::unusable);
}

}  // namespace

std::string pg_schema_text(const std::string& schema) {
  std::string text = "BEGIN;\n";
  each_statement(PgSession::in_quotes(schema),
                 [&](const std::string& statement) { text += statement + ";\n"; });
  return text + "COMMIT;\n";
}

void create_pg_schema(PgSession& session) {
  std::vector<PgStatement> statements;
  each_statement(session.schema(),
                 [&](std::string statement) { statements.emplace_back(std::move(statement)); });
  try {
    (void)session.write(std::move(statements), session.deadline());
  } catch (const PgFailure& failure) {
    constexpr std::string_view duplicate_table = "42P07";
    if (failure.state == duplicate_table)
      throw PgFailure(
          fmt::format("the schema {} has a ledger already: it is left as it is", session.schema()),
          PgFailure::unusable);
    throw;
  }
}

PgMark pg_mark_of(PgConnection& connection, const std::string& schema, SteadyTime deadline) {
  const std::array asked{
      PgStatement("SELECT to_regclass($1) IS NOT NULL, current_setting('server_encoding')",
                  schema + ".ledger"),
  };
  const std::vector<PgRows> answer = connection.run(asked, deadline);
  const PgRow there = answer.front().row(0);
  if (!there.truth(0))
    refuse(connection, fmt::format("there is no ledger in the schema {}: make one with "
                                   "`tenantscope storage init`",
                                   schema));
  if (there.view(1) != "UTF8")
    refuse(connection,
           fmt::format("the database's texts are {}: one of UTF8 is needed", there.view(1)));
  const std::array rows{PgStatement(
      fmt::format("SELECT version, min_reader, moved_to, copied_from FROM {}.ledger", schema))};
  const std::vector<PgRows> marks = connection.run(rows, deadline);
  if (marks.front().empty())
    refuse(connection, "the ledger's own row is gone: bring it back from a backup");
  const PgRow mark = marks.front().row(0);
  return {.version = std::int32_t(mark.integer(0)),
          .min_reader = std::int32_t(mark.integer(1)),
          .moved_to = mark.text(2),
          .copied_from = mark.text(3)};
}

std::string PgMark::outdated() const {
  if (min_reader <= pg_schema_version())
    return {};
  return fmt::format(
      "the ledger needs programs that know version {} of its tables, and this one "
      "knows {}: install the release that the other replicas have",
      min_reader, pg_schema_version());
}

void prove_pg_whole(const PgMark& mark) {
  if (mark.version > pg_schema_version())
    throw PgFailure(fmt::format("the ledger is of version {}, and this program knows what is in "
                                "one of version {}: use the newer release",
                                mark.version, pg_schema_version()),
                    PgFailure::unusable);
}

PgMark prove_pg_columns(PgConnection& connection, const std::string& schema, SteadyTime deadline) {
  PgMark mark = pg_mark_of(connection, schema, deadline);
  if (mark.version < pg_schema_version())
    refuse(connection, fmt::format("the ledger is of version {}, and this program needs {}: run "
                                   "`tenantscope storage init --upgrade`",
                                   mark.version, pg_schema_version()));
  return mark;
}

PgMark prove_pg_tables(PgConnection& connection, const std::string& schema, SteadyTime deadline) {
  PgMark mark = prove_pg_columns(connection, schema, deadline);
  if (const std::string outdated = mark.outdated(); !outdated.empty())
    refuse(connection, outdated);
  return mark;
}

void prove_pg_usable(const PgMark& mark) {
  if (!mark.moved_to.empty())
    throw PgFailure(fmt::format("the ledger was moved to {}: start with that one", mark.moved_to),
                    pg_moved);
  if (!mark.copied_from.empty())
    throw PgFailure(fmt::format("the ledger is a copy of {} that isn't complete: run the same "
                                "`tenantscope storage copy` again",
                                mark.copied_from),
                    PgFailure::unusable);
}

void prove_pg_schema(PgConnection& connection, const std::string& schema, SteadyTime deadline) {
  prove_pg_usable(prove_pg_tables(connection, schema, deadline));
}

void prove_pg_readable(PgConnection& connection, const std::string& schema, SteadyTime deadline) {
  prove_pg_usable(prove_pg_columns(connection, schema, deadline));
}

}  // namespace tenantscope
