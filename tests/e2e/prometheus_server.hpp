// A real Prometheus for an end-to-end test, on a port of its own, with its data in a folder of its
// own; and the address of a URL. On the test's main thread.
#pragma once

#include <boost/json/value.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "e2e/process.hpp"

namespace tenantscope::e2e {

class PrometheusServer {
 public:
  // `files` are copied beside the configuration, which names them.
  explicit PrometheusServer(const std::string& config,
                            const std::vector<std::filesystem::path>& files = {});

  Process& process() { return *process_; }
  const std::string& url() const { return url_; }

  boost::json::value api(
      const std::string& path) const;  // `data` of /api/v1PATH; throws at any other status than 200
  // The result of an instant query: "LABEL VALUE" each; empty while there is none.
  std::vector<std::string> query(const std::string& promql, const std::string& label) const;

 private:
  TemporaryFolder folder_;
  std::unique_ptr<Process> process_;
  std::string url_;
};

// "127.0.0.1:10944" of "http://127.0.0.1:10944"
std::string address_of(const std::string& url);

}  // namespace tenantscope::e2e
