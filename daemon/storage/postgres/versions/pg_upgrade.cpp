#include "storage/postgres/versions/pg_upgrade.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "storage/postgres/pg_schema.hpp"
#include "storage/postgres/session/pg_failure.hpp"
#include "storage/postgres/versions/pg_versions.hpp"

namespace tenantscope {
namespace {

constexpr auto longest = std::chrono::minutes(10);  // of all steps, as tables are large

// Whoever writes waits there, with no table's lock that a step needs.
constexpr auto shut = "LOCK TABLE {0}.ledger IN ACCESS EXCLUSIVE MODE";
constexpr auto own_turn = "SELECT 1 FROM {0}.ledger FOR UPDATE";
constexpr auto older =
    "SELECT name, version, reads FROM {0}.replicas WHERE reads < {1} "
    "AND expires > clock_timestamp() ORDER BY name";
constexpr auto close_to_older =
    "UPDATE {0}.ledger AS l SET min_reader = {1}, term = term + CASE WHEN EXISTS "
    "(SELECT 1 FROM {0}.replicas r WHERE r.name = l.active AND r.incarnation = l.incarnation "
    "AND r.expires > clock_timestamp()) THEN 0 ELSE 1 END "
    "WHERE min_reader < {1} AND NOT EXISTS ({2})";

std::string in_schema(const char* text, const std::string& schema) {
  return fmt::format(fmt::runtime(text), schema, pg_schema_version());
}

// Nothing happens where it is of this version already.
std::string step_to(std::int32_t version, const PgStep& step, const std::string& schema) {
  std::string text = fmt::format("DO $step$ BEGIN IF (SELECT version FROM {}.ledger) < {} THEN\n",
                                 schema, version);
  for (const char* const statement : step)
    text += fmt::format(fmt::runtime(statement), schema) + ";\n";
  return text +
         fmt::format("UPDATE {}.ledger SET version = {};\nEND IF; END $step$", schema, version);
}

// From a ledger of this version on.
std::vector<std::string> statements_from(std::int32_t version, const std::string& schema) {
  std::vector<std::string> statements;
  if (version < pg_schema_version())
    statements.push_back(in_schema(shut, schema));
  for (; version < pg_schema_version(); ++version)
    statements.push_back(step_to(version + 1, pg_steps()[std::size_t(version - 1)], schema));
  statements.push_back(in_schema(own_turn, schema));
  statements.push_back(fmt::format(fmt::runtime(close_to_older), schema, pg_schema_version(),
                                   in_schema(older, schema)));
  return statements;
}

std::vector<PgRows> upgraded(PgSession& session, std::int32_t version) {
  const std::string& schema = session.schema();
  std::vector<PgStatement> statements;
  for (std::string& statement : statements_from(version, schema))
    statements.emplace_back(std::move(statement));
  statements.emplace_back(in_schema("SELECT version, min_reader FROM {0}.ledger", schema));
  statements.emplace_back(in_schema(older, schema));
  try {
    return session.write(std::move(statements), std::chrono::steady_clock::now() + longest);
  } catch (const PgFailure& failure) {
    constexpr std::string_view insufficient_privilege = "42501";
    if (failure.state != insufficient_privilege)
      throw;
    throw PgFailure(fmt::format("{}: `--print` prints the statements for who may", failure.what()),
                    failure.state);
  }
}

}  // namespace

std::string pg_upgrade_text(const std::string& schema) {
  std::string text = "BEGIN;\nSET LOCAL lock_timeout = '3s';\n";
  for (const std::string& statement : statements_from(1, PgSession::in_quotes(schema)))
    text += statement + ";\n";
  return text + "COMMIT;\n";
}

PgUpgrade upgrade_pg_schema(PgSession& session) {
  const SteadyTime deadline = session.deadline();
  const PgMark mark = pg_mark_of(session.connection(deadline), session.schema(), deadline);
  if (mark.version > pg_schema_version())
    throw PgFailure(fmt::format("the ledger is of version {}, which is later than this program's "
                                "{}: use the newer release",
                                mark.version, pg_schema_version()),
                    PgFailure::unusable);
  if (mark.version < 1)
    throw PgFailure(fmt::format("the ledger's own row says version {}, which no release has made: "
                                "bring it back from a backup",
                                mark.version),
                    PgFailure::unusable);
  const std::vector<PgRows> given = upgraded(session, mark.version);
  const PgRow ledger = given[given.size() - 2].row(0);
  PgUpgrade upgrade{.before = mark.version,
                    .now = std::int32_t(ledger.integer(0)),
                    .min_reader = std::int32_t(ledger.integer(1)),
                    .older = {}};
  upgrade.closed = upgrade.min_reader > mark.min_reader;
  for (const PgRow row : given.back())
    upgrade.older.push_back(
        {.name = row.text(0), .release = row.text(1), .reads = std::int32_t(row.integer(2))});
  return upgrade;
}

}  // namespace tenantscope
