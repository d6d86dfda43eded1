#include "storage/moving/pg_places.hpp"

#include <fmt/format.h>

#include "storage/postgres/pg_check.hpp"
#include "storage/postgres/pg_term.hpp"

namespace tenantscope {
namespace {

constexpr std::int64_t removed_at_once = 10'000;

constexpr auto living_replica = "SELECT name FROM {0}.replicas WHERE expires > clock_timestamp()";
constexpr auto own_rows =
    "(head > 0 OR EXISTS (SELECT 1 FROM {0}.journal) OR EXISTS (SELECT 1 FROM {0}.tenants))";

std::string with_schema(const char* sql, const PgSession& session) {
  return fmt::format(fmt::runtime(sql), session.schema());
}

[[noreturn]] void refuse_place(const PgSettings& settings, const std::string& why) {
  throw PgFailure(fmt::format("{}: {}", pg_place_name(settings), why), PgFailure::unusable);
}

PgStatement ledger_lock(const PgSession& session) {
  return PgStatement(with_schema("SELECT 1 FROM {0}.ledger FOR UPDATE", session));
}

// The statement begins a term for the copy: no replica has that term, so none writes meanwhile.
std::string begun(const PgSession& session, const std::string& more, const std::string& condition) {
  return fmt::format(
      "UPDATE {0}.ledger SET term = term + 1, active = '', incarnation = 0{1} WHERE NOT EXISTS "
      "({2}){3} RETURNING term",
      session.schema(), more, with_schema(living_replica, session), condition);
}

// The copy's term; nothing: the condition isn't met. The row's lock comes first, so that the
// statements behind it see what was committed while it was waited for.
std::optional<std::uint64_t> begin_copy(PgSession& session, const PgSettings& settings,
                                        PgStatement begin) {
  std::vector<PgStatement> statements;
  statements.push_back(ledger_lock(session));
  statements.push_back(std::move(begin));
  statements.emplace_back(with_schema(living_replica, session));
  const std::vector<PgRows> given = session.write(std::move(statements), session.deadline());
  if (!given[1].empty())
    return given[1].row(0).number(0);
  if (!given[2].empty())
    refuse_place(settings, fmt::format("`{}` uses it: stop all daemons that share it",
                                       given[2].row(0).view(0)));
  return std::nullopt;
}

std::uint64_t begin_to_move(PgSession& session, const PgSettings& settings) {
  const auto term = begin_copy(session, settings, PgStatement(begun(session, "", "")));
  if (!term)
    refuse_place(settings, "the ledger's own row is gone: bring it back from a backup");
  return *term;
}

}  // namespace

std::string pg_place_name(const PgSettings& settings) {
  std::string hosts;
  for (const PgHost& host : settings.hosts)
    hosts += fmt::format(" {}:{}", host.name, host.port);
  return fmt::format("PostgreSQL{}, database {}, schema {}", hosts, settings.database,
                     settings.schema);
}

PgSource::PgSource(const PgSettings& settings)
    : settings_(settings),
      session_(settings_,
               [this](PgConnection& made, SteadyTime deadline) {
                 const PgMark mark = prove_pg_tables(made, session_.schema(), deadline);
                 prove_pg_whole(mark);
                 prove_pg_usable({.moved_to = {}, .copied_from = mark.copied_from});
               }),
      term_(begin_to_move(session_, settings_)),
      reader_(settings_) {}

StorageReport PgSource::check() { return check_pg_ledger(reader_.snapshot()); }

void PgSource::mark_moved(const std::string& to) {
  std::vector<PgStatement> statements;
  statements.push_back(ledger_lock(session_));
  statements.emplace_back(
      fmt::format("UPDATE {}.ledger SET moved_to = $1 WHERE term = $2 AND NOT EXISTS ({})",
                  session_.schema(), with_schema(living_replica, session_)),
      to, term_);
  const auto given = session_.write(std::move(statements), session_.deadline());
  if (given[1].changed() == 0)
    refuse_place(settings_,
                 "a daemon uses it since the copy began: stop all that share it, and "
                 "begin again");
}

PgTarget::PgTarget(const PgSettings& settings)
    : settings_(settings), session_(settings_, [this](PgConnection& made, SteadyTime deadline) {
        mark_ = prove_pg_tables(made, session_.schema(), deadline);
      }) {}

bool PgTarget::incomplete() {
  (void)session_.connection(session_.deadline());
  return !mark_.copied_from.empty();
}

LedgerWriter& PgTarget::begin(const std::string& from) {
  const std::string unused =
      fmt::format(" AND moved_to IS NULL AND (copied_from IS NOT NULL OR NOT {})",
                  with_schema(own_rows, session_));
  const auto term = begin_copy(session_, settings_,
                               PgStatement(begun(session_, ", copied_from = $1", unused), from));
  if (!term)
    refuse_place(settings_,
                 "it has a ledger's rows: a ledger is moved to one that `tenantscope storage init` "
                 "has just made: choose another `schema`");
  term_ = *term;
  empty();
  return writer_.emplace(session_, term_);
}

// What an incomplete copy has left.
void PgTarget::empty() {
  for (const char* table : {"alerts", "outbox", "heard", "tenants", "journal"}) {
    const std::string sql = fmt::format(
        "DELETE FROM {0}.{1} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {0}.{1} LIMIT {2}))",
        session_.schema(), table, removed_at_once);
    while (pg_write_in_term(session_, term_, PgStatement(sql)).changed() > 0) {
    }
  }
}

std::unique_ptr<LedgerReader> PgTarget::read_back() {
  return std::make_unique<PgLedgerReader>(settings_);
}

void PgTarget::open() {
  (void)pg_write_in_term(
      session_, term_,
      PgStatement(with_schema("UPDATE {0}.ledger SET copied_from = NULL", session_)));
}

}  // namespace tenantscope
