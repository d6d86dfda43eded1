// What is answered over HTTP: which path is whose. On the web server's thread; sees the table under
// its mutex and the journal through a reader of its own, on a thread of its own. The answers
// themselves are made by the files beside it.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "app/api/coded_blocks.hpp"
#include "app/journal_bell.hpp"
#include "app/liveness.hpp"
#include "app/operations.hpp"
#include "app/page/page.hpp"
#include "app/replica/fleet.hpp"
#include "app/replica/standing_by.hpp"
#include "app/store/journal_reader.hpp"
#include "app/table.hpp"
#include "base/guid.hpp"
#include "formats/tenant_labels.hpp"
#include "metrics/instruments.hpp"
#include "storage/ledger.hpp"
#include "web/access/audit_log.hpp"
#include "web/server.hpp"

namespace tenantscope {

struct ApiPermissions {
  bool lifecycle = false;  // the flag: every client may operate the daemon
  bool probe = false;      // and have any tenant probed
};

class Api {
 public:
  // REQUIRES: what is referred to outlives it.
  Api(const Table& table, const Instruments& instruments, const Liveness& liveness,
      std::unique_ptr<Journal> journal, Operations operations, AuditLog& audit,
      ApiPermissions permissions, StoreWorker::Limits reader = JournalReader::limits);

  boost::asio::awaitable<WebResponse> answer(WebRequest request);
  // Does what a standby was asked: the standby has let it pass, and its audit log has it. On any
  // executor.
  boost::asio::awaitable<WebResponse> carry_out(WebRequest operation);

  // Once, before the first request: where long polls wait.
  void use_bell(JournalBell& bell) { bell_ = &bell; }
  // Likewise: where people reach it, without a slash at its end; empty: not known.
  void serve_at(std::string external_url) { external_url_ = std::move(external_url); }
  // Likewise: the storage can't be opened yet. Only what needs none is answered.
  void join() { joining_ = true; }
  // Likewise: others use its ledger, too.
  void share(std::shared_ptr<const Fleet> fleet) { fleet_ = std::move(fleet); }
  // Whom it stands by for, if that is why, and which journal it has; any time.
  void stand_by(std::optional<StandingBy> whom);
  std::optional<StandingBy> standing_by() const;
  void name_journal(const Guid& ledger);
  void set_ready(bool ready) { ready_ = ready; }
  void stop() { journal_.stop(); }  // as JournalReader has it

 private:
  Guid journal_id() const;
  bool suspended() const;
  const Table& shown_table(bool suspended);
  PageSources page_sources();
  WebResponse show_own_status(const PageSources& sources) const;
  boost::asio::awaitable<WebResponse> list_own_events(WebRequest request);
  boost::asio::awaitable<WebResponse> respond(WebRequest request);
  boost::asio::awaitable<WebResponse> route(WebRequest request);
  boost::asio::awaitable<WebResponse> find_answer(WebRequest request);  // or RefusedRequest

  const Table& table_;
  const Instruments& instruments_;
  const Liveness& liveness_;
  JournalReader journal_;
  Operations operations_;
  AuditLog& audit_;
  ApiPermissions permissions_;
  CodedBlocks coded_blocks_;
  TenantLabels tenant_labels_;
  JournalBell* bell_ = nullptr;
  std::string external_url_;
  std::shared_ptr<const Fleet> fleet_;
  Table nothing_;  // of tenants: what is shown while it is suspended
  bool joining_ = false;
  mutable std::mutex mutex_;
  Guid ledger_;                            // guarded by mutex_
  std::optional<StandingBy> standing_by_;  // guarded by mutex_
  std::atomic<bool> ready_ = false;
};

}  // namespace tenantscope
