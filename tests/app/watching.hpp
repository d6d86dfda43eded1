// The part of the daemon that watches, put together as the daemon does it: on a storage, with its
// loop run by the test.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/faulty_ledger.hpp"
#include "app/watcher.hpp"
#include "storage/sqlite/sqlite_ledger.hpp"
#include "support/event_loop.hpp"

namespace tenantscope {

class Watching {
 public:
  explicit Watching(const std::filesystem::path& storage)
      : storage_(storage),
        watcher(loop.get_executor(), fetcher, ledger, instruments, table, log_,
                [this] { ++announced; }) {
    watcher.restore(stored_);
  }

  const Watch& tenant(const std::string& name) const {
    return table.watches.at(table.number_of({.asked = "global", .name = name}).value());
  }
  std::vector<JournalEntry> journal() const {
    return open_sqlite_journal(storage_)->read(0, 1000).value();
  }

  bool until(const std::function<bool()>& holds) { return run_until(loop, holds); }
  bool until_generation(const std::string& name, std::uint64_t generation) {
    return until([&] { return tenant(name).state.generation >= generation; });
  }

 private:
  std::unique_ptr<Ledger> open() {
    auto real = open_sqlite_ledger(storage_);
    stored_ = real->load().value();
    return std::make_unique<FaultyLedger>(std::move(real), faults);
  }

  std::filesystem::path storage_;
  const Log log_{LogLevel::error, LogFormat::logfmt};
  std::vector<StoredTenant> stored_;

 public:
  LedgerFaults faults;
  int announced = 0;
  boost::asio::io_context loop{1};
  Instruments instruments;
  Table table;
  LedgerThread ledger{open(),
                      "tenantscope",
                      [this](bool committed) { instruments.storage_up().Set(committed); },
                      {},
                      {.patience = std::chrono::hours(1)}};
  Fetcher fetcher;
  Watcher watcher;
};

}  // namespace tenantscope
