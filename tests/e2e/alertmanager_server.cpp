#include "e2e/alertmanager_server.hpp"

#include <unistd.h>

#include <boost/json/parse.hpp>
#include <csignal>
#include <filesystem>
#include <stdexcept>

#include "e2e/http.hpp"
#include "e2e/tools.hpp"
#include "support/own_loopback.hpp"

namespace tenantscope::e2e {
namespace {

namespace json = boost::json;

// Debian's Alertmanager reads its templates in /usr/share: there, for itself alone, it sees those
// that came with it.
std::vector<std::string> with_its_templates(const std::vector<std::string>& command) {
  const std::filesystem::path templates = tool_file("usr/share/prometheus/alertmanager");
  const std::filesystem::path share = templates.parent_path().parent_path();
  if (share == "/usr/share")
    return command;
  const std::string script =
      "mount -t overlay overlay -o lowerdir=$0:/usr/share /usr/share && exec \"$@\"";
  std::vector<std::string> wrapped{"/usr/bin/unshare", "--mount"};
  if (::geteuid() != 0)
    wrapped.push_back("--map-root-user");
  wrapped.insert(wrapped.end(), {"sh", "-c", script, share});
  wrapped.insert(wrapped.end(), command.begin(), command.end());
  return wrapped;
}

}  // namespace

bool AlertmanagerServer::may_run() {
  return run(with_its_templates({"/usr/bin/true"})).exit_code == 0;
}

AlertmanagerServer::AlertmanagerServer(const std::string& config) {
  write_file(folder_.path() / "alertmanager.yml", config);
  start(own_loopback() + ":0");
  const std::string line = process_->await_line("Listening on");
  const std::string key = "address=";
  const auto at = line.find(key) + key.size();
  address_ = line.substr(at, line.find_first_of(" \n", at) - at);
  ready();
}

void AlertmanagerServer::kill() {
  process_->signal(SIGKILL);
  process_->wait();
  std::filesystem::remove_all(folder_.path() / "data");
}

void AlertmanagerServer::restart() {
  start(address_);
  ready();
}

std::vector<json::object> AlertmanagerServer::firing(const std::string& query) const {
  std::vector<json::object> alerts;
  const json::value answer = json::parse(http_get(url() + "/api/v2/alerts?" + query).body);
  for (const json::value& alert : answer.as_array())
    alerts.push_back(alert.as_object());
  return alerts;
}

void AlertmanagerServer::start(const std::string& address) {
  process_ = std::make_unique<Process>(
      with_its_templates(tool("prometheus-alertmanager",
                              {"--config.file=" + (folder_.path() / "alertmanager.yml").string(),
                               "--storage.path=" + (folder_.path() / "data").string(),
                               "--web.listen-address=" + address, "--cluster.listen-address="})));
}

void AlertmanagerServer::ready() {
  if (!eventually([&] {
        try {
          return http_get(url() + "/-/ready").status == 200;
        } catch (const NoAnswer&) {
          return false;
        }
      }))
    throw std::runtime_error("no Alertmanager: " + process_->err());
}

}  // namespace tenantscope::e2e
