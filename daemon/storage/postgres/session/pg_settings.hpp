// Where a shared ledger is, and how it is asked for. Plain data.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace tenantscope {

class PgSeen;

struct PgHost {
  std::string
      name;  // "db1.example", "192.0.2.1", or the folder of a unix socket: "/run/postgresql"
  std::uint16_t port = 5432;
};

struct PgSettings {
  std::vector<PgHost> hosts;  // asked in turn for the one that can be written to; at least one
  std::string database;
  std::string user;
  // Asked at each connect, as tokens change. Nothing: no password is given.
  std::function<Result<std::string>()> password = {};
  std::filesystem::path ca_file;  // required but for loopback and unix sockets
  std::filesystem::path client_certificate_file;
  std::filesystem::path client_key_file;
  std::string schema = "tenantscope";
  Duration patience = std::chrono::seconds(3);  // of each call, connecting included
  // Of all sessions that are to know what one of them has seen; nothing: each for itself.
  std::shared_ptr<PgSeen> seen = {};
};

}  // namespace tenantscope
