// A real Alertmanager for an end-to-end test. It remembers nothing over a restart, which takes the
// same port again. On the test's main thread.
#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <string>
#include <vector>

#include "e2e/process.hpp"

namespace tenantscope::e2e {

class AlertmanagerServer {
 public:
  // Whether it may have a name space of its own, in which it finds its templates.
  static bool may_run();

  explicit AlertmanagerServer(
      const std::string& config = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n");

  std::string url() const { return "http://" + address_; }
  const std::string& address() const { return address_; }

  void kill();
  void restart();

  // What it would notify of: firing alerts, those that are inhibited only if asked for.
  std::vector<boost::json::object> firing(const std::string& query = "active=true") const;

 private:
  void start(const std::string& address);
  void ready();

  TemporaryFolder folder_;
  std::unique_ptr<Process> process_;
  std::string address_;
};

}  // namespace tenantscope::e2e
