// The daemon: everything that `serve` is made of, wired together, from start to stop.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/log.hpp"

namespace tenantscope {

struct ServeOptions {
  std::filesystem::path config_file = "tenantscope.yaml";
  std::filesystem::path storage_path = "data";
  std::vector<std::string> listen_addresses{"127.0.0.1:10944"};
  std::filesystem::path web_config_file;  // empty: plain HTTP for everybody
  bool systemd_socket = false;  // instead of listen_addresses: the sockets that systemd passes
  bool auto_reload = false;     // config_file is followed
  bool enable_lifecycle = false;
  bool enable_probe = false;
  bool health_without_login = false;
  std::vector<std::string> allowed_hosts;  // names that a loopback listener may be asked by
  std::string external_url;  // how people reach the web server, without a slash at its end; empty:
                             // not known
};

// Runs until SIGTERM or SIGINT. Throws FatalError where it can't start; the findings of a bad
// configuration are logged first.
void run_daemon(const ServeOptions& options, const Log& log);

}  // namespace tenantscope
