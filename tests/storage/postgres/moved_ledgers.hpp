// A SQLite ledger and a shared one between which a ledger is moved, and what is in them.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "storage/ledger_samples.hpp"
#include "storage/moving/moving.hpp"
#include "storage/postgres/postgres_storage.hpp"
#include "storage/sqlite/sqlite.hpp"
#include "storage/sqlite/sqlite_ledger.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {

// Of each of these tenants so many changes, a baseline among them, in one commit. What documents
// say has what only bytes can hold.
inline void store_changes(Ledger& ledger, int first, int tenants, int changes) {
  std::vector<Step> steps;
  for (int number = first; number < first + tenants; ++number) {
    TenantState state;
    for (int change = 0; change < changes; ++change) {
      const std::string scope = change % 2 == 0 ? std::string("US\0G\xe2\x82\xac", 7) : "USGov";
      Step step = step_to(tenant(number), state, document(scope, "DOD"),
                          minute(number * changes + change), {"audit", "soc"});
      if (number % 3 == 0)
        step.state->stranger = Finding{.found = true, .cloud = "china"};
      if (number % 5 == 0)
        step.state->b2b_before = B2b::supported;
      state = *step.state;
      steps.push_back(std::move(step));
    }
  }
  for (const auto& result : ledger.commit(steps, "test"))
    ASSERT_TRUE(result);
}

// Each row of each table of a SQLite ledger, column by column, but for what it says of having been
// opened and moved.
inline std::vector<std::string> rows_of(const std::filesystem::path& storage) {
  std::vector<std::string> all;
  sqlite::Connection connection(storage / "tenantscope.db", sqlite::Connection::Mode::read_only);
  for (const char* select :
       {"SELECT key, value, checksum FROM meta WHERE key NOT IN ('open', 'moved') ORDER BY key",
        "SELECT * FROM tenants ORDER BY asked, name", "SELECT * FROM journal ORDER BY sequence",
        "SELECT * FROM outbox ORDER BY sink, sequence",
        "SELECT * FROM alerts ORDER BY sink, sequence", "SELECT * FROM sqlite_sequence"}) {
    sqlite::Statement statement(connection, select);
    for (sqlite::Rows rows = statement(); rows.next();) {
      std::string row = select;
      for (int column = 0; column < 19; ++column)
        row += rows.null(column) ? "|null" : "|" + rows.text(column);
      all.push_back(std::move(row));
    }
  }
  return all;
}

class MovedLedgers : public testing::Test {
 protected:
  std::unique_ptr<Ledger> open_sqlite() const { return open_sqlite_ledger(here); }

  // What a start of a daemon on it says; empty: it starts.
  static std::string refusal_of(const std::filesystem::path& storage) {
    return refused([&] { open_sqlite_ledger(storage); });
  }
  static std::string refusal_of(const PgSettings& settings) {
    return refused([&] {
      open_postgres_journal(settings);  // which begins no term
    });
  }
  template <class Work>
  static std::string refused(Work work) {
    try {
      work();
      return "";
    } catch (const FatalError& error) {
      EXPECT_EQ(error.exit_code, exit_unusable) << error.what();
      return error.what();
    }
  }

  TemporaryFolder folder_;
  const std::filesystem::path here = folder_.path() / "here", there = folder_.path() / "there";
  PostgresStorage shared;
};

}  // namespace tenantscope
