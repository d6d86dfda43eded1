#include "storage/postgres/session/pg_connection.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <optional>

#include "storage/postgres/session/pg_options.hpp"

namespace tenantscope {
namespace {

// Of what PQERRORS_VERBOSE gives, "FATAL:  28P01: password authentication failed": its state.
std::string state_in(const std::string& message) {
  constexpr std::size_t length = 5;
  const std::size_t mark = message.find(":  ");
  const std::size_t begin = mark == std::string::npos ? mark : mark + 3;
  if (begin == std::string::npos || message.size() < begin + length + 1 ||
      message[begin + length] != ':')
    return "";
  return message.substr(begin, length);
}

// libpq's, in one line, without where in PostgreSQL's source it arose.
std::string in_one_line(std::string message) {
  message.resize(std::min(message.find("\nLOCATION:"), message.size()));
  while (message.ends_with('\n'))
    message.pop_back();
  std::ranges::replace(message, '\n', ' ');
  return message;
}

std::string field(const PGresult* result, int code) {
  const char* const text = PQresultErrorField(result, code);
  return text ? text : "";
}

void note_warning(void* warned, const PGresult* notice) {
  if (field(notice, PG_DIAG_SQLSTATE) == "01000" &&
      field(notice, PG_DIAG_SEVERITY_NONLOCALIZED) == "WARNING")
    *static_cast<bool*>(warned) = true;
}

}  // namespace

PgConnection::PgConnection(const PgSettings& settings, const PgHost& host,
                           const std::string& address, SteadyTime deadline)
    : name_(is_unix_socket(host)   ? host.name
            : address == host.name ? fmt::format("{}:{}", host.name, host.port)
                                   : fmt::format("{}:{} ({})", host.name, host.port, address)) {
  const PgOptions options = pg_options(settings, host, address);
  std::vector<const char*> names, values;
  for (const auto& [name, value] : options) {
    names.push_back(name);
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  handle_.reset(PQconnectStartParams(names.data(), values.data(), 0));
  if (!handle_)
    throw std::bad_alloc();
  PQsetErrorVerbosity(handle_.get(), PQERRORS_VERBOSE);
  PQsetNoticeReceiver(handle_.get(), note_warning, warned_.get());
  establish(deadline);
}

void PgConnection::establish(SteadyTime deadline) {
  if (PQstatus(handle_.get()) == CONNECTION_BAD)
    lose(message());
  for (auto step = PGRES_POLLING_WRITING; step != PGRES_POLLING_OK;) {
    await(step == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline);
    step = PQconnectPoll(handle_.get());
    if (step == PGRES_POLLING_FAILED) {
      const std::string why = PQerrorMessage(handle_.get());
      throw PgFailure(message(), state_in(why));
    }
  }
  if (PQsetnonblocking(handle_.get(), 1) != 0 || PQenterPipelineMode(handle_.get()) != 1)
    lose(message());
}

// Who says something without being asked says goodbye.
bool PgConnection::usable() {
  if (!handle_ || PQstatus(handle_.get()) != CONNECTION_OK)
    return false;
  pollfd socket{.fd = PQsocket(handle_.get()), .events = POLLIN, .revents = 0};
  return ::poll(&socket, 1, 0) == 0;
}

std::vector<PgRows> PgConnection::run(std::span<const PgStatement> statements,
                                      SteadyTime deadline) {
  try {
    return fly(statements, deadline);
  } catch (const PgFailure& failure) {
    if (!failure.lost() && PQtransactionStatus(handle_.get()) == PQTRANS_INERROR)
      roll_back(deadline);
    throw;
  }
}

void PgConnection::roll_back(SteadyTime deadline) {
  const std::array back{PgStatement("ROLLBACK")};
  (void)fly(back, deadline);
}

std::vector<PgRows> PgConnection::fly(std::span<const PgStatement> statements,
                                      SteadyTime deadline) {
  *warned_ = false;
  for (const PgStatement& statement : statements)
    send(statement);
  if (PQpipelineSync(handle_.get()) != 1)
    lose(message());
  flush(deadline);
  std::vector<PgRows> all;
  std::optional<PgFailure> refusal;
  for (std::size_t at = 0; at < statements.size(); ++at) {
    PgRows rows(next(deadline));
    const PGresult* const result = rows.get();
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_FATAL_ERROR && !refusal)
      refusal.emplace(fmt::format("{}: {}", name_, field(result, PG_DIAG_MESSAGE_PRIMARY)),
                      field(result, PG_DIAG_SQLSTATE));
    if (PQstatus(handle_.get()) == CONNECTION_BAD)
      lose(message());
    all.push_back(std::move(rows));
    if (const PgRows more(next(deadline)); more.get())
      lose(name_ + ": an answer that wasn't asked for");
  }
  const PgRows sync(next(deadline));
  if (PQresultStatus(sync.get()) != PGRES_PIPELINE_SYNC)
    lose(name_ + ": an answer without an end");
  if (refusal)
    throw PgFailure(refusal->what(), refusal->state);
  return all;
}

void PgConnection::send(const PgStatement& statement) {
  std::vector<Oid> types;
  std::vector<const char*> values;
  std::vector<int> lengths;
  for (const auto& [type, bytes] : statement.values) {
    types.push_back(type);
    values.push_back(bytes ? bytes->data() : nullptr);
    lengths.push_back(bytes ? int(bytes->size()) : 0);
  }
  const std::vector<int> binary(types.size(), 1);
  if (PQsendQueryParams(handle_.get(), statement.sql.c_str(), int(types.size()), types.data(),
                        values.data(), lengths.data(), binary.data(), 1) != 1)
    lose(message());
}

// What the server answers meanwhile is taken, so that neither waits for the other.
void PgConnection::flush(SteadyTime deadline) {
  for (int left = PQflush(handle_.get()); left != 0; left = PQflush(handle_.get())) {
    if (left < 0)
      lose(message());
    await(POLLIN | POLLOUT, deadline);
    if (PQconsumeInput(handle_.get()) != 1)
      lose(message());
  }
}

// What TLS has read of the socket and not given yet shows at no socket. PostgreSQL's own records
// are taken whole; those of who stands between may be larger.
PGresult* PgConnection::next(SteadyTime deadline) {
  while (PQisBusy(handle_.get()) != 0) {
    auto* const tls = static_cast<SSL*>(PQgetssl(handle_.get()));
    if (!tls || SSL_pending(tls) == 0)
      await(POLLIN, deadline);
    if (PQconsumeInput(handle_.get()) != 1)
      lose(message());
  }
  return PQgetResult(handle_.get());
}

void PgConnection::await(short events, SteadyTime deadline) {
  pollfd socket{.fd = PQsocket(handle_.get()), .events = events, .revents = 0};
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const int ready = left.count() <= 0 ? 0 : ::poll(&socket, 1, int(left.count()));
    if (ready > 0)
      return;
    if (ready == 0)
      lose(fmt::format("{}: doesn't answer in time", name_));
    if (errno != EINTR)
      lose(fmt::format("{}: can't be waited for", name_));
  }
}

void PgConnection::lose(const std::string& why) {
  handle_.reset();
  throw PgFailure(why);
}

std::string PgConnection::message() const {
  return fmt::format("{}: {}", name_, in_one_line(PQerrorMessage(handle_.get())));
}

}  // namespace tenantscope
