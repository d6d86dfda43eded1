#include "e2e/prometheus_server.hpp"

#include <boost/json/parse.hpp>
#include <regex>
#include <stdexcept>

#include "e2e/http.hpp"
#include "e2e/rehearsal.hpp"
#include "e2e/tools.hpp"

namespace tenantscope::e2e {

PrometheusServer::PrometheusServer(const std::string& config,
                                   const std::vector<std::filesystem::path>& files) {
  const auto file = folder_.path() / "prometheus.yml";
  write_file(file, config);
  for (const auto& beside : files)
    std::filesystem::copy(beside, folder_.path());
  process_ = std::make_unique<Process>(
      tool("prometheus", {"--config.file=" + file.string(),
                          "--storage.tsdb.path=" + (folder_.path() / "tsdb").string(),
                          "--web.listen-address=127.0.0.1:0", "--log.format=json"}));
  std::smatch port;
  const std::string line = process_->await_line("\"msg\":\"Listening on\"");
  if (!std::regex_search(line, port, std::regex("127\\.0\\.0\\.1:(\\d+)")))
    throw std::runtime_error("no port in: " + line);
  url_ = "http://127.0.0.1:" + port[1].str();
  process_->await_line("Server is ready to receive web requests");
}

json::value PrometheusServer::api(const std::string& path) const {
  const HttpAnswer answer = http_get(url_ + "/api/v1" + path);
  if (answer.status != 200)
    throw std::runtime_error(path + ": " + answer.body);
  return json::parse(answer.body).at("data");
}

std::vector<std::string> PrometheusServer::query(const std::string& promql,
                                                 const std::string& label) const {
  std::vector<std::string> results;
  const json::value data = api("/query?query=" + url_encoded(promql));
  for (const json::value& result : data.at("result").as_array()) {
    const json::object& labels = result.at("metric").as_object();
    results.push_back((labels.contains(label) ? text_at(labels, "/" + label) : "") + " " +
                      text_at(result, "/value/1"));
  }
  return results;
}

std::string address_of(const std::string& url) { return url.substr(url.find("//") + 2); }

}  // namespace tenantscope::e2e
