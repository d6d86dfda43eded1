// A real Prometheus that scrapes one daemon, on a port of its own. Ends with this object. On the test's main thread.
#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <vector>

#include "e2e/process.hpp"

namespace tenantscope::e2e {

class PrometheusServer {
 public:
  static bool installed();

  // `target`: the daemon's URL, scraped every 250 ms as the job `tenantscope`.
  explicit PrometheusServer(const std::string& target);

  Process& process() { return *process_; }
  const std::string& url() const { return url_; }

  // `data` of an answer of /api/v1/PATH?query; throws with Prometheus' words where it is none.
  boost::json::value api(const std::string& path_and_query) const;

  // The result of an instant query: "LABEL'S-VALUE VALUE" each; empty while there is none.
  std::vector<std::string> query(const std::string& promql, const std::string& label) const;

 private:
  TemporaryFolder folder_;
  std::unique_ptr<Process> process_;
  std::string url_;
};

}  // namespace tenantscope::e2e
