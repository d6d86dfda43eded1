#include "storage/postgres/pg_requests.hpp"

#include <fmt/format.h>

#include <utility>

#include "storage/postgres/pg_schema.hpp"
#include "storage/postgres/pg_term.hpp"
#include "storage/postgres/session/pg_failure.hpp"
#include "storage/postgres/session/pg_session.hpp"

namespace tenantscope {
namespace {

class PostgresRequests : public RequestBox {
 public:
  PostgresRequests(PgSettings settings, std::uint64_t term)
      : session_(std::move(settings),
                 [this](PgConnection& made, SteadyTime deadline) {
                   prove_pg_schema(made, session_.schema(), deadline);
                 }),
        term_(term) {}

  Result<void> put(const Request& request, Duration valid) override;
  Result<Standing> look(const Guid& id) override;
  Result<bool> withdraw(const Guid& id) override;

  Result<std::vector<Request>> waiting(std::size_t most) override;
  Result<bool> claim(const Guid& id) override;
  Result<void> answer(const Guid& id, const std::string& answer) override;
  Result<std::uint64_t> drop_left_over() override;

 private:
  std::string sql(const char* text) const {
    return fmt::format(fmt::runtime(text), session_.schema());
  }
  std::uint64_t changed_in_term(PgStatement statement) {
    return pg_write_in_term(session_, term_, std::move(statement)).changed();
  }

  PgSession session_;
  const std::uint64_t term_;
};

Result<void> PostgresRequests::put(const Request& request, Duration valid) {
  const SteadyTime deadline = session_.deadline();
  const auto connected = pg_caught([&] { (void)session_.connection(deadline); });
  if (!connected)
    return Error{ErrorKind::connect, connected.error().detail};
  return pg_caught([&] {
    std::vector<PgStatement> statements;
    statements.emplace_back(
        sql("INSERT INTO {0}.requests (id, kind, arguments, asked_by, asked, expires) VALUES "
            "($1, $2, $3, $4, clock_timestamp(), "
            "clock_timestamp() + $5 * interval '1 millisecond')"),
        request.id, request.kind, request.arguments, request.asked_by, std::int64_t(valid.count()));
    (void)session_.write(std::move(statements), deadline);
  });
}

// A row that is gone had its time.
Result<RequestBox::Standing> PostgresRequests::look(const Guid& id) {
  return pg_caught([&] {
    const PgRows rows = session_.ask(
        PgStatement(sql("SELECT claimed IS NOT NULL, answer FROM {0}.requests WHERE id = $1"), id));
    Standing standing;
    if (rows.empty())
      return standing;
    standing.claimed = rows.row(0).truth(0);
    if (!rows.row(0).null(1))
      standing.answer = rows.row(0).text(1);
    return standing;
  });
}

// A claim that is under way is waited for.
Result<bool> PostgresRequests::withdraw(const Guid& id) {
  return pg_caught([&] {
    std::vector<PgStatement> statements;
    statements.emplace_back(sql("DELETE FROM {0}.requests WHERE id = $1 RETURNING claimed IS NULL"),
                            id);
    const std::vector<PgRows> given = session_.write(std::move(statements), session_.deadline());
    return !given[0].empty() && given[0].row(0).truth(0);
  });
}

Result<std::vector<Request>> PostgresRequests::waiting(std::size_t most) {
  return pg_caught([&] {
    const PgRows rows = session_.ask(PgStatement(
        sql("SELECT id, kind, arguments, asked_by FROM {0}.requests WHERE claimed IS NULL "
            "AND expires > clock_timestamp() ORDER BY asked LIMIT $1"),
        std::uint64_t(most)));
    std::vector<Request> requests;
    for (const PgRow row : rows)
      requests.push_back({.id = row.guid(0),
                          .kind = row.text(1),
                          .arguments = row.text(2),
                          .asked_by = row.text(3)});
    return requests;
  });
}

Result<bool> PostgresRequests::claim(const Guid& id) {
  return pg_caught([&] {
    return changed_in_term(PgStatement(
               sql("UPDATE {0}.requests SET claimed = $2 WHERE id = $1 AND claimed IS NULL "
                   "AND expires > clock_timestamp()"),
               id, term_)) > 0;
  });
}

Result<void> PostgresRequests::answer(const Guid& id, const std::string& answer) {
  return pg_caught([&] {
    (void)changed_in_term(
        PgStatement(sql("UPDATE {0}.requests SET answer = $3 WHERE id = $1 AND claimed = $2"), id,
                    term_, answer));
  });
}

Result<std::uint64_t> PostgresRequests::drop_left_over() {
  constexpr auto left_over =
      "FROM {0}.requests WHERE expires < clock_timestamp() - interval '1 minute'";
  return pg_caught([&]() -> std::uint64_t {
    const std::string rows = sql(left_over);
    const PgRows found = session_.ask(PgStatement("SELECT count(*) " + rows));
    return found.row(0).number(0) == 0 ? 0 : changed_in_term(PgStatement("DELETE " + rows));
  });
}

}  // namespace

std::unique_ptr<RequestBox> open_postgres_requests(PgSettings settings, std::uint64_t term) {
  return std::make_unique<PostgresRequests>(std::move(settings), term);
}

}  // namespace tenantscope
