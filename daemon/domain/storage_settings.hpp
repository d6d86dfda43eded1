// Where the ledger is, as the configuration says. Plain data, written by config/storage_section
// only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace tenantscope {

struct PostgresHost {
  std::string name;  // "db1.example", "192.0.2.1", or the folder of a unix socket
  std::uint16_t port = 5432;
  bool local = false;  // loopback, or a unix socket

  bool operator==(const PostgresHost&) const = default;
};

// Who keeps what is committed from being lost with a server.
enum class Durability {
  checked,   // another server that has it, which is looked at
  provider,  // the storage below the server, which can't be seen from here
  single,    // nobody
};

struct PostgresSettings {
  std::vector<PostgresHost> hosts;  // of one database; at least one
  std::string database;
  std::string user;
  std::filesystem::path password_file;  // empty: no password is given
  std::filesystem::path ca_file;        // empty: all hosts are local
  std::filesystem::path client_certificate_file;
  std::filesystem::path client_key_file;
  std::string schema = "tenantscope";
  Duration lease = std::chrono::seconds(10);  // how long a replica may be silent
  Durability durability = Durability::checked;

  bool operator==(const PostgresSettings&) const = default;
};

}  // namespace tenantscope
