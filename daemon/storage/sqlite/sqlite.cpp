#include "storage/sqlite/sqlite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <system_error>

#include "base/exit_code.hpp"
#include "storage/sqlite/sqlite_functions.hpp"

namespace tenantscope::sqlite {
namespace {

constexpr int busy_timeout_ms = 3000;  // who waits for an answer has patience for four seconds

int flags_of(Connection::Mode mode) {
  switch (mode) {
    case Connection::Mode::read_only:
      return SQLITE_OPEN_READONLY;
    case Connection::Mode::read_write:
      return SQLITE_OPEN_READWRITE;
    case Connection::Mode::create:
      return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  }
  return 0;
}

bool of_the_system(int code) {
  const int primary = code & 0xff;
  return primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN || primary == SQLITE_FULL;
}

// `cause`: the system's errno, 0 where there is none.
bool passes(int code, int cause) {
  switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_PROTOCOL:  // a race for the log with another process
      return true;
    case SQLITE_IOERR:
      return cause != EACCES && cause != EPERM;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
      return may_pass(cause);
    default:
      return false;
  }
}

}  // namespace

Connection::Connection(std::filesystem::path path, Mode mode) : path_(std::move(path)) {
  [[maybe_unused]] static const int uncounted = sqlite3_config(
      SQLITE_CONFIG_MEMSTATUS, 0);  // nobody asks, and counting takes a lock for each allocation
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path_.c_str(), &handle,
                      flags_of(mode) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  handle_.reset(handle);
  check(code);
  check(sqlite3_busy_timeout(handle, busy_timeout_ms));
  check(add_functions(handle));
  execute("PRAGMA cell_size_check = ON");  // a damaged page is an error, rather than fewer rows
}

void Connection::execute(const std::string& sql) {
  check(sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr));
}

void Connection::keep_log_on_close(bool keep) {
  check(sqlite3_db_config(handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, int(keep), nullptr));
}

void Connection::fail() const {
  std::string message = fmt::format("{}: {}", path_.native(), sqlite3_errmsg(handle()));
  const int code = sqlite3_errcode(handle());
  const int cause = of_the_system(code) ? sqlite3_system_errno(handle()) : 0;
  if (cause != 0)
    message += fmt::format(" ({})", std::generic_category().message(cause));
  throw Failure(message, passes(code, cause), code == SQLITE_CORRUPT_INDEX);
}

Transaction::~Transaction() {
  if (connection_.in_transaction())
    sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Statement::Statement(const Connection& connection, std::string_view sql) : connection_(connection) {
  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v3(connection.handle(), sql.data(), int(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  handle_.reset(handle);
  connection_.check(code);
}

void Statement::bind(int index, std::nullopt_t) {
  connection_.check(sqlite3_bind_null(handle_.get(), index));
}

void Statement::bind(int index, std::int64_t value) {
  connection_.check(sqlite3_bind_int64(handle_.get(), index, value));
}

void Statement::bind(int index, std::uint64_t value) {
  bind(index,
       std::int64_t(std::min<std::uint64_t>(value, std::numeric_limits<std::int64_t>::max())));
}

void Statement::bind(int index, std::string_view value) {
  const char* data = value.empty() ? "" : value.data();
  connection_.check(
      sqlite3_bind_text64(handle_.get(), index, data, value.size(), texts_, SQLITE_UTF8));
}

void Statement::bind(int index, Blob value) {
  connection_.check(
      sqlite3_bind_blob64(handle_.get(), index, value.bytes.data(), value.bytes.size(), texts_));
}

Rows::~Rows() { sqlite3_reset(statement_.handle_.get()); }

bool Rows::next() {
  const int code = sqlite3_step(statement_.handle_.get());
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    statement_.connection_.fail();
  return code == SQLITE_ROW;
}

bool Rows::null(int column) const {
  return sqlite3_column_type(statement_.handle_.get(), column) == SQLITE_NULL;
}

std::int64_t Rows::integer(int column) const {
  return sqlite3_column_int64(statement_.handle_.get(), column);
}

std::string_view Rows::view(int column) const {
  sqlite3_stmt* const row = statement_.handle_.get();
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(row, column));
  return data ? std::string_view(data, std::size_t(sqlite3_column_bytes(row, column)))
              : std::string_view();
}

std::int64_t Rows::checksum(int columns) const {
  return row_checksum(statement_.handle_.get(), columns);
}

void Rows::fail(const std::string& why) const {
  throw Failure(fmt::format("{}: damaged: {}", statement_.connection_.path().native(), why));
}

void prove_readable(Connection& connection, const std::string& table) {
  Statement check(connection, "PRAGMA quick_check('" + table + "')");
  for (Rows findings = check(); findings.next();)
    if (const std::string finding = findings.text(0); finding.starts_with("***"))  // not of a row
      findings.fail("its pages contradict themselves: " + finding.substr(finding.find('\n') + 1));
}

}  // namespace tenantscope::sqlite
