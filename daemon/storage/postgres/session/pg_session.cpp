#include "storage/postgres/session/pg_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

#include "storage/postgres/pg_resolve.hpp"
#include "storage/postgres/pg_turn.hpp"
#include "storage/postgres/session/pg_options.hpp"

namespace tenantscope {
namespace {

// Whether it is read-only, its timeline as eight hexadecimal digits, and its cluster's identifier.
// The last two may be denied.
constexpr std::array questions{
    "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean, "
    "CASE WHEN NOT pg_is_in_recovery() THEN "
    "substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END, "
    "(SELECT system_identifier::text FROM pg_control_system())",
    "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean, "
    "CASE WHEN NOT pg_is_in_recovery() THEN "
    "substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END, NULL",
    "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean, NULL, NULL"};

// What holds in each transaction: nothing is found by a name without its schema, a COMMIT is
// replicated as it is set up to be, and neither a lock nor a client that is gone is waited for
// without an end.
PgStatement transaction_settings(Duration patience) {
  const std::string time = std::to_string(std::max<std::int64_t>(patience.count(), 1));
  return PgStatement(
      "SELECT set_config('search_path', '', true), set_config('synchronous_commit', 'on', true), "
      "set_config('lock_timeout', $1, true), "
      "set_config('idle_in_transaction_session_timeout', $1, true)",
      time);
}

// Of two places: what has to be set right says more than what may pass.
PgFailure failure_of_both(const PgFailure& one, const PgFailure& other) {
  return PgFailure(fmt::format("{}; {}", one.what(), other.what()),
                   one.may_pass() ? other.state : one.state);
}

// Of so many places the first one that `connect` gives a connection to. Each one that is left gets
// its share of the time, so that one that hangs leaves some.
template <class Connect>
std::unique_ptr<PgConnection> first_of(std::size_t places, SteadyTime deadline,
                                       const Connect& connect) {
  std::optional<PgFailure> why;
  for (std::size_t tried = 0; tried < places; ++tried) {
    const auto now = std::chrono::steady_clock::now();
    try {
      return connect(tried, now + (deadline - now) / std::int64_t(places - tried));
    } catch (const PgFailure& failure) {
      why = why ? failure_of_both(*why, failure) : failure;
    }
  }
  throw why.value_or(PgFailure("there is no host", PgFailure::unusable));
}

}  // namespace

std::string PgSession::in_quotes(const std::string& name) {
  std::string text = "\"";
  for (const char c : name)
    text += c == '"' ? "\"\"" : std::string(1, c);
  return text + '"';
}

PgSession::PgSession(PgSettings settings, Greeting greet)
    : settings_(std::move(settings)),
      schema_(in_quotes(settings_.schema)),
      greet_(std::move(greet)) {
  if (!settings_.seen)
    settings_.seen = std::make_shared<PgSeen>();
}

SteadyTime PgSession::deadline() const {
  return std::chrono::steady_clock::now() + settings_.patience;
}

// Others may have seen since that another server took its place.
bool PgSession::usable() const {
  return connection_ && (!timeline_ || !seen().is_over(*timeline_)) && connection_->usable();
}

PgConnection& PgSession::connection(SteadyTime deadline) {
  if (usable())
    return *connection_;
  connection_.reset();
  const std::size_t count = settings_.hosts.size();
  connection_ = first_of(count, deadline, [&](std::size_t tried, SteadyTime until) {
    const std::size_t number = (host_ + tried) % count;
    auto made = connected(settings_.hosts[number], until);
    host_ = number;
    return made;
  });
  return *connection_;
}

std::unique_ptr<PgConnection> PgSession::connected(const PgHost& host, SteadyTime deadline) {
  std::vector<std::string> addresses = pg_resolve(host, deadline);
  if (is_unix_socket(host))
    addresses.emplace_back();
  return first_of(addresses.size(), deadline, [&](std::size_t tried, SteadyTime until) {
    return connected(host, addresses[tried], until);
  });
}

std::unique_ptr<PgConnection> PgSession::connected(const PgHost& host, const std::string& address,
                                                   SteadyTime deadline) {
  auto connection = std::make_unique<PgConnection>(settings_, host, address, deadline);
  const Place place = place_of(*connection, deadline);
  if (place.read_only)
    throw PgFailure(connection->name() + ": it can only be read");
  if (place.timeline && seen().is_over(*place.timeline))
    throw PgFailure(
        fmt::format("{}: it is of timeline {}, and there was one of {}: another server "
                    "took its place",
                    connection->name(), place.timeline->number, seen().timeline().number));
  if (place.timeline)
    seen().saw(*place.timeline);
  timeline_ = place.timeline;
  if (greet_)
    greet_(*connection, deadline);
  return connection;
}

PgSession::Place PgSession::place_of(PgConnection& connection, SteadyTime deadline) {
  const auto ask = [&](const char* question) {
    const std::array asked{PgStatement(question)};
    return std::move(connection.run(asked, deadline).front());
  };
  const auto read = [](const PgRows& rows) {
    const PgRow row = rows.row(0);
    const std::string_view digits = row.view(1);
    Place place{.read_only = row.truth(0), .timeline = {}};
    std::uint32_t timeline = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), timeline, 16).ec ==
        std::errc())
      place.timeline = PgTimeline{.cluster = std::string(row.view(2)), .number = timeline};
    return place;
  };
  for (const char* question : questions)
    try {
      return read(ask(question));
    } catch (const PgFailure& failure) {
      if (failure.lost() || question == questions.back())
        throw;
    }
  return {};
}

std::vector<PgRows> PgSession::run(std::span<const PgStatement> statements, SteadyTime deadline) {
  PgConnection& used = connection(deadline);
  try {
    return used.run(statements, deadline);
  } catch (const PgFailure& failure) {
    if (failure.lost()) {
      connection_.reset();
      host_ = (host_ + 1) % settings_.hosts.size();
    }
    throw;
  }
}

PgRows PgSession::ask(const PgStatement& statement) {
  return std::move(run({&statement, 1}, deadline()).front());
}

std::vector<PgStatement> PgSession::transaction(std::vector<PgStatement> statements) const {
  std::vector<PgStatement> all;
  all.emplace_back("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
  all.push_back(transaction_settings(settings_.patience));
  std::ranges::move(statements, std::back_inserter(all));
  all.emplace_back("COMMIT");
  return all;
}

std::vector<PgRows> PgSession::write(std::vector<PgStatement> statements, SteadyTime deadline) {
  if (in_doubt_)
    pg_break_turn(*this, settings_.patience / 2, deadline);
  in_doubt_ = false;
  try {
    std::vector<PgRows> given = run(transaction(std::move(statements)), deadline);
    given.erase(given.begin(), given.begin() + before);
    given.pop_back();
    return given;
  } catch (const PgFailure& failure) {
    in_doubt_ = failure.lost();
    throw;
  }
}

}  // namespace tenantscope
