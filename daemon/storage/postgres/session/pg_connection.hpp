// One connection to one server of PostgreSQL. Each wait has a deadline: where it is over, the
// socket is closed and nothing is ever cancelled, as a cancelled COMMIT may be told as done without
// being replicated. What libpq would take from the environment or a home folder has explicit
// values here. One thread at a time.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "storage/postgres/session/pg_failure.hpp"
#include "storage/postgres/session/pg_rows.hpp"
#include "storage/postgres/session/pg_settings.hpp"
#include "storage/postgres/session/pg_statement.hpp"

namespace tenantscope {

class PgConnection {
 public:
  // Connects to the host at this address, which is empty for a unix socket. Throws PgFailure.
  PgConnection(const PgSettings& settings, const PgHost& host, const std::string& address,
               SteadyTime deadline);

  // Sends all statements in one flight and gives what each has given. The first one that the server
  // refuses ends it: those behind it aren't executed, and the transaction is rolled back. Throws
  // PgFailure; one that is lost() leaves open what was done, and the connection is no use then.
  std::vector<PgRows> run(std::span<const PgStatement> statements, SteadyTime deadline);

  // Whether it may be used again: the server hasn't closed it since.
  bool usable();

  // A warning (SQLSTATE 01000) came with the last run(): a COMMIT that says so is done, and may not
  // be replicated.
  bool warned() const { return *warned_; }

  const std::string& name() const { return name_; }  // HOST:PORT

 private:
  struct Finish {
    void operator()(PGconn* handle) const { PQfinish(handle); }
  };

  void establish(SteadyTime deadline);
  void send(const PgStatement& statement);
  void flush(SteadyTime deadline);
  PGresult* next(SteadyTime deadline);
  void skip(ExecStatusType expected, SteadyTime deadline);
  void await(short events, SteadyTime deadline);
  void roll_back(SteadyTime deadline);
  std::vector<PgRows> fly(std::span<const PgStatement> statements, SteadyTime deadline);
  [[noreturn]] void lose(const std::string& why);
  std::string message() const;

  std::string name_;
  std::unique_ptr<bool> warned_ = std::make_unique<bool>(false);  // libpq knows its address
  std::unique_ptr<PGconn, Finish> handle_;
};

}  // namespace tenantscope
