// A running daemon as the commands talk to it: at a URL, or by the socket in its storage.
#pragma once

#include <boost/json/value.hpp>
#include <filesystem>
#include <optional>
#include <string>

#include "io/fetcher.hpp"

namespace tenantscope {

class DaemonClient {
 public:
  // `url`: "http://127.0.0.1:10944"; empty: the daemon that works on `storage`.
  DaemonClient(std::string url, const std::filesystem::path& storage);

  // `data` of the answer; `target` is a path with its query. Throws FatalError(1): nobody answers there, or what the daemon says is wrong.
  boost::json::value get(const std::string& target, Duration timeout = std::chrono::seconds(60));
  boost::json::value post(const std::string& target);
  // As get(); nothing where the daemon says that there is no such thing (404).
  std::optional<boost::json::value> find(const std::string& target);

 private:
  boost::json::value ask(FetchRequest request, const std::string& target);

  std::string url_;
  std::string unix_socket_;
  std::string where_;  // for people
  Fetcher fetcher_;
};

}  // namespace tenantscope
