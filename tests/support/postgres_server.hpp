// A real PostgreSQL server on loopback, and on a unix socket in folder()/data, of the programs that
// scripts/setup --tests has unpacked. It has a folder of its own, and wants no password. As root it
// runs in a user name space, or as another user where there are none. Ended by its pid with this
// object, or with the test. For Linux.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "support/temporary_folder.hpp"

namespace tenantscope {

// A program of PostgreSQL or pgbouncer that runs until it is ended.
class UnpackedProgram {
 public:
  // `command`: the program's path and arguments. Throws where it can't be started.
  UnpackedProgram(std::vector<std::string> command, const std::filesystem::path& log);
  ~UnpackedProgram();  // as where the machine loses its power
  UnpackedProgram(const UnpackedProgram&) = delete;
  UnpackedProgram& operator=(const UnpackedProgram&) = delete;

  pid_t pid() const { return pid_; }
  bool ended();
  int wait();

 private:
  pid_t pid_ = -1;
  bool ended_ = false;
  int status_ = 0;
};

class PostgresServer {
 public:
  static constexpr const char* user = "ts";
  static constexpr const char* database = "postgres";

  // Empty, and answering. Throws where there is none, with what to do.
  PostgresServer();
  // One that follows `primary` and can be read, until it is asked for pg_promote().
  struct StandbyOf {
    const PostgresServer& primary;
    std::uint16_t port = 0;  // where it listens; 0: anywhere
  };
  explicit PostgresServer(StandbyOf standby);
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  static constexpr const char* host = "127.0.0.1";
  std::uint16_t port() const { return port_; }
  const std::filesystem::path& folder() const { return folder_.path(); }

  // By SIGKILL, as where its machine fails; nothing where it was before.
  void kill();
  void start();  // again. REQUIRES: it was killed
  // The postmaster and all of its children stand still, or go on.
  void freeze(bool still);

  // The first column of the first row, as text; empty where there is none. Throws what it says
  // where it refuses that.
  std::string ask(const std::string& sql) const;

 private:
  bool answers() const;

  TemporaryFolder folder_;
  std::uint16_t port_;
  std::unique_ptr<UnpackedProgram> server_;
};

// One that no client's connection is given by chance: what listens there may come and go.
std::uint16_t free_loopback_port();

// pgbouncer in transaction mode before a server, with fewer connections than clients.
class Pgbouncer {
 public:
  explicit Pgbouncer(const PostgresServer& server);

  std::uint16_t port() const { return port_; }

 private:
  TemporaryFolder folder_;
  std::uint16_t port_;
  std::unique_ptr<UnpackedProgram> program_;
};

}  // namespace tenantscope
