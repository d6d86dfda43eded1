// Why PostgreSQL wasn't used as it should have been. In storage/postgres errors are exceptions, and
// become values (pg_caught()) or FatalError at the ledger's doors.
#pragma once

#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "base/result.hpp"
#include "storage/answering_journal.hpp"

namespace tenantscope {

struct PgFailure : std::runtime_error {
  // `state`: the SQLSTATE of what the server has refused; empty: the connection was lost, or there
  // was none.
  explicit PgFailure(const std::string& what, std::string sqlstate = "")
      : std::runtime_error(what), state(std::move(sqlstate)) {}

  bool lost() const { return state.empty(); }
  // Whether it may go better by itself. Logins, databases, tables and rights that are wrong have to
  // be set right first.
  bool may_pass() const {
    for (const char* wrong : {"28", "3D", "3F", "42", unusable})
      if (state.starts_with(wrong))
        return false;
    return true;
  }

  static constexpr const char* unusable = "TS";  // as this program judges it
  // A statement asked for what wasn't so: it divides by zero then.
  static constexpr const char* condition = "22012";

  std::string state;
};

template <class Work>
Result<std::invoke_result_t<Work>> pg_caught(Work work) {
  return caught_as_value<PgFailure>(std::move(work));
}

// What is opened at the start: its failures become a FatalError.
template <class Work>
std::invoke_result_t<Work> pg_opened(Work work) {
  try {
    return work();
  } catch (const PgFailure& failure) {
    throw FatalError(failure.may_pass() ? exit_failure : exit_unusable, failure.what());
  }
}

}  // namespace tenantscope
