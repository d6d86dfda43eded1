#include "e2e/prometheus_server.hpp"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <regex>
#include <stdexcept>

#include "e2e/http.hpp"
#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

const std::string program = TENANTSCOPE_TOOLS "/usr/bin/prometheus";

}  // namespace

bool PrometheusServer::installed() { return std::filesystem::exists(program); }

PrometheusServer::PrometheusServer(const std::string& target) {
  write_file(folder_.path() / "prometheus.yml", fmt::format("global: {{scrape_interval: 250ms, scrape_timeout: 250ms}}\n"
                                                            "scrape_configs:\n"
                                                            "  - {{job_name: tenantscope, static_configs: [{{targets: ['{}']}}]}}\n",
                                                            target.substr(target.find("//") + 2)));
  process_ = std::make_unique<Process>(std::vector<std::string>{
      program, "--config.file=" + (folder_.path() / "prometheus.yml").string(), "--storage.tsdb.path=" + (folder_.path() / "tsdb").string(),
      "--web.listen-address=127.0.0.1:0", "--log.format=json"});
  std::smatch port;
  const std::string line = process_->await_line("\"msg\":\"Listening on\"");
  if (!std::regex_search(line, port, std::regex("127\\.0\\.0\\.1:(\\d+)"))) throw std::runtime_error("no port in: " + line);
  url_ = "http://127.0.0.1:" + port[1].str();
}

boost::json::value PrometheusServer::api(const std::string& path_and_query) const {
  const HttpAnswer answer = http_get(url_ + "/api/v1/" + path_and_query);
  if (answer.status != 200) throw std::runtime_error(fmt::format("{}: {} {}", path_and_query, answer.status, answer.body));
  return parsed(answer.body).at("data");
}

std::vector<std::string> PrometheusServer::query(const std::string& promql, const std::string& label) const {
  const HttpAnswer answer = http_get(url_ + "/api/v1/query?query=" + url_encoded(promql));
  std::vector<std::string> results;
  if (answer.status != 200) return results;
  const json::value body = json::parse(answer.body);
  for (const json::value& result : body.at_pointer("/data/result").as_array())
    results.push_back(text_at(result, "/metric/" + label) + " " + text_at(result, "/value/1"));
  return results;
}

}  // namespace tenantscope::e2e
