// Events as the values of a statement, column by column, and so what outboxes have of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storage/commit_rules.hpp"
#include "storage/postgres/session/pg_statement.hpp"

namespace tenantscope {

class PgEventColumns {
 public:
  void add(const PlacedEvent& placed);

  bool empty() const { return sequence_.empty(); }
  // REQUIRES of these: it isn't empty.
  std::uint64_t first() const { return sequence_.front(); }
  std::uint64_t last() const { return sequence_.back(); }
  const PgBytes& first_hash() const { return hash_.front(); }
  const PgBytes& last_hash() const { return hash_.back(); }

  // The journal's columns, in whose order add_to() adds one array each.
  static constexpr int values = 9;
  static constexpr const char* names =
      "sequence, id, kind, asked, name, time, event, hash, checksum";
  void add_to(PgStatement& statement) const;

 private:
  std::vector<std::uint64_t> sequence_;
  std::vector<Guid> id_;
  std::vector<std::string> kind_, asked_, name_, event_;
  std::vector<WallTime> time_;
  std::vector<PgBytes> hash_;
  std::vector<std::int64_t> checksum_;
};

class PgOwedColumns {
 public:
  void add(const std::string& sink, std::uint64_t sequence);

  static constexpr int values = 3;
  static constexpr const char* names = "sink, sequence, checksum";
  void add_to(PgStatement& statement) const;

 private:
  std::vector<std::string> sink_;
  std::vector<std::uint64_t> sequence_;
  std::vector<std::int64_t> checksum_;
};

}  // namespace tenantscope
