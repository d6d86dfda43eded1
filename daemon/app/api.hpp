// What is answered over HTTP: metrics, health, tenants, events, and operations. On the web server's thread; sees the table under its mutex and
// the journal through a reader of its own.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>

#include "app/journal_bell.hpp"
#include "app/operations.hpp"
#include "app/table.hpp"
#include "io/ledger.hpp"
#include "io/web/server.hpp"
#include "view/instruments.hpp"

namespace tenantscope {

class Api {
 public:
  // `lifecycle`: whether whoever can connect may operate the daemon, too.
  Api(const Table& table, const Instruments& instruments, std::unique_ptr<Journal> journal, Operations operations, bool lifecycle);

  boost::asio::awaitable<WebResponse> answer(WebRequest request);

  // Once, before the first request: where long polls wait.
  void use_bell(JournalBell& bell) { bell_ = &bell; }
  void set_ready(bool ready) { ready_ = ready; }

 private:
  WebResponse metrics(const WebRequest& request) const;
  WebResponse tenants(const WebRequest& request) const;
  WebResponse tenant(const WebRequest& request, std::string_view name) const;
  WebResponse collaborations(const WebRequest& request) const;
  WebResponse explain(const WebRequest& request) const;
  const Watch& watched_as(const std::string& written) const;
  boost::asio::awaitable<WebResponse> events(WebRequest request);
  boost::asio::awaitable<WebResponse> operate(WebRequest request);
  boost::asio::awaitable<WebResponse> reload();
  boost::asio::awaitable<WebResponse> drill(WebRequest request);
  std::string only_cloud_of(const std::string& name) const;
  boost::asio::awaitable<WebResponse> redeliver(WebRequest request);

  const Table& table_;
  const Instruments& instruments_;
  std::unique_ptr<Journal> journal_;
  Operations operations_;
  bool lifecycle_;
  JournalBell* bell_ = nullptr;
  std::atomic<bool> ready_ = false;
};

}  // namespace tenantscope
