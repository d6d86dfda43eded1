// What the ledger says of itself: a few named texts, each with a checksum. Throws Failure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/guid.hpp"
#include "storage/sqlite/sqlite.hpp"

namespace tenantscope::sqlite {

class Meta {
 public:
  static constexpr std::string_view ledger_key = "ledger", tenants_key = "tenants";  // their number
  static constexpr std::string_view taken_key = "taken";  // the last event that retention took
  static constexpr std::string_view moved_key = "moved";  // where `storage copy` took the ledger

  explicit Meta(const Connection& connection);

  // Nothing where there is none, or where it is damaged.
  std::optional<std::string> value(std::string_view key);
  void set(std::string_view key, std::string_view value) { set_.run(key, value); }
  void remove(std::string_view key) { remove_.run(key); }

  // The ledger's id. Throws Failure where it is damaged: another one would be another name space,
  // and each event's id could come again.
  Guid ledger();

 private:
  const Connection& connection_;
  Statement value_;
  Statement set_;
  Statement remove_;
};

}  // namespace tenantscope::sqlite
