// A running daemon as the commands talk to it: at a URL, or by the socket in its storage.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "commands/installed.hpp"
#include "domain/finding.hpp"
#include "fetch/http_client.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace tenantscope {

// Where the flags say that it is.
struct DaemonPlace {
  std::string url;  // "http://127.0.0.1:10944"; empty: the daemon that works on `storage_path`
  std::filesystem::path http_config_file;  // of `url`; empty: none
  std::filesystem::path storage_path = here_or_installed("data", installed_storage);
};

// --url, described by `what`, and --http.config.file. The former's option.
CLI::Option* add_url_options(CLI::App& command, DaemonPlace& place, const std::string& what);

// --storage.path or --url, of a running daemon.
void add_daemon_options(CLI::App& command, DaemonPlace& place);

// What the daemon shows of a tenant. REQUIRES: `found` isn't null.
Finding read_finding(const boost::json::value& tenant);

// The daemon has no room for the request at present, but may have in a second.
struct DaemonBusy : FatalError {
  using FatalError::FatalError;
};

class DaemonClient {
 public:
  // Throws FatalError: there is no daemon on the storage, or --http.config.file is wrong.
  explicit DaemonClient(const DaemonPlace& place);

  // `data` of the answer; `target` is a path with its query. Throws DaemonBusy, or FatalError(1):
  // nobody answers there, or what the daemon says is wrong.
  boost::json::value get(const std::string& target, Duration timeout = std::chrono::seconds(60));
  boost::json::value post(const std::string& target);
  // As get(), for many at once. REQUIRES: the client goes before the loop that it is awaited on.
  boost::asio::awaitable<boost::json::value> fetch(std::string target);
  // As get(); nothing where the daemon says that there is no such thing (404).
  std::optional<boost::json::value> find(const std::string& target);

 private:
  boost::json::value ask(FetchRequest request, std::string target);
  boost::asio::awaitable<boost::json::value> send(FetchRequest request, std::string target);

  std::string url_;
  std::string unix_socket_;
  std::string where_;  // for people
  Fetcher fetcher_;
  std::shared_ptr<HttpClient> client_;
};

// All tenants that the daemon watches, as it shows them; `query`: which, such as "state=unknown&".
boost::json::array watched_tenants(DaemonClient& daemon, const std::string& query = "");

}  // namespace tenantscope
