// What is asked over HTTP, carried out on the loop: from the web server's thread to it and back.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>

#include "app/dispatch.hpp"
#include "app/ledger_thread.hpp"
#include "app/operations.hpp"
#include "app/reload/reloads.hpp"
#include "app/table.hpp"
#include "app/watcher.hpp"
#include "base/guid.hpp"
#include "base/log.hpp"
#include "domain/settings.hpp"

namespace tenantscope {

class LoopOperations {
 public:
  // REQUIRES: all of them outlive the operations that are given.
  struct Parts {
    boost::asio::any_io_executor loop;
    LedgerThread& ledger;
    Guid ledger_id;
    const Table& table;
    Watcher& watcher;
    Dispatch& dispatch;
    Reloads& reloads;
    const Log& log;
    std::string external_url;
    std::function<std::shared_ptr<const Settings>()> settings;  // in force; called on the loop
  };

  explicit LoopOperations(Parts parts) : parts_(std::move(parts)) {}

  // Each of them refers to this.
  Operations operations();

 private:
  Result<Letter> render(const DrillRendering& asked) const;
  boost::asio::awaitable<Result<std::uint64_t>> redeliver(Redelivery asked);

  Parts parts_;
};

}  // namespace tenantscope
