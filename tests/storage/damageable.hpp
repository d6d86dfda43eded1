// A SQLite ledger that a test damages with SQL while nobody has it open, and what it says of that.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "storage/ledger_samples.hpp"
#include "storage/sqlite/sqlite.hpp"
#include "storage/sqlite/sqlite_ledger.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {

class Damageable : public testing::Test {
 protected:
  using Sequences = std::vector<std::uint64_t>;
  static constexpr std::size_t all = std::numeric_limits<std::size_t>::max();

  std::filesystem::path database() const { return folder_.path() / "tenantscope.db"; }

  DamageObserver observer() {
    return {.damaged = [this](const std::string& row) { damaged_.push_back(row); },
            .dropped = [this](const std::string& sink,
                              std::uint64_t events) { dropped_[sink] += events; }};
  }
  std::unique_ptr<Ledger> open() { return open_sqlite_ledger(folder_.path(), observer()); }

  // What opening and loading says; empty: it opened.
  std::string refusal() {
    try {
      const auto loaded = open()->load();
      return loaded ? "" : loaded.error().detail;
    } catch (const FatalError& error) {
      EXPECT_EQ(error.exit_code, exit_unusable);
      return error.what();
    }
  }

  void execute(const std::string& sql) const {
    sqlite::Connection(database(), sqlite::Connection::Mode::read_write).execute(sql);
  }

  std::string bytes() const {
    std::ifstream in(database(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const std::string& bytes) const {
    std::ofstream(database(), std::ios::binary) << bytes;
  }

  // A baseline and a change of each of these tenants, for the sinks `audit` and `soc`.
  void store(int tenants) {
    const auto ledger = open();
    for (int number = 1; number <= tenants; ++number) {
      const Step first =
          step_to(tenant(number), {}, document("USG"), minute(number), {"audit", "soc"});
      const Step second = step_to(tenant(number), *first.state, document("USGov"), minute(number),
                                  {"audit", "soc"});
      for (const auto& result : ledger->commit(std::vector{first, second}, "test"))
        ASSERT_TRUE(result);
    }
  }

  // The daemon's next probe of the tenant: what it shows now.
  static Advance probed(const TenantState& state, const Finding& finding = document("USGov")) {
    return advance(state, {.finding = finding, .evidence = {}, .time = minute(500)}, {});
  }

  TemporaryFolder folder_;
  std::vector<std::string> damaged_;
  std::map<std::string, std::uint64_t> dropped_;
};

}  // namespace tenantscope
