#include "e2e/rehearsal.hpp"

#include <sqlite3.h>
#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <csignal>
#include <memory>
#include <stdexcept>

#include <fmt/format.h>

namespace tenantscope::e2e {
namespace {

// The value of `key` in a line of logfmt; it holds no spaces.
std::string log_value(const std::string& line, const std::string& key) {
  const auto begin = line.find(" " + key + "=");
  if (begin == std::string::npos)
    throw std::runtime_error("no " + key + " in: " + line);
  const auto value = line.substr(begin + key.size() + 2);
  return value.substr(0, value.find(' '));
}

HttpAnswer expect_ok(HttpAnswer answer, const std::string& what) {
  if (answer.status != 200)
    throw std::runtime_error(fmt::format("{}: {} {}", what, answer.status, answer.body));
  return answer;
}

std::vector<std::string> joined(std::vector<std::string> first,
                                const std::vector<std::string>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace

Metrics::Metrics(std::string text) : text_(std::move(text)) {
  for (const std::string& line : lines_of(text_)) {
    const auto space = line.rfind(' ');
    if (!line.starts_with('#'))
      values_[line.substr(0, space)] = std::stod(line.substr(space + 1));
  }
}

std::optional<double> Metrics::operator[](const std::string& series) const {
  const auto found = values_.find(series);
  return found == values_.end() ? std::nullopt : std::optional(found->second);
}

std::size_t Metrics::count(const std::string& beginning) const {
  return std::size_t(std::ranges::count_if(
      values_, [&](const auto& value) { return value.first.starts_with(beginning); }));
}

std::string tenant_series(const std::string& name, const std::string& tenant,
                          const std::string& asked, const std::string& labels) {
  return fmt::format(R"(tenantscope_tenant_{}{{tenant="{}",asked="{}"{}{}}})", name, tenant, asked,
                     labels.empty() ? "" : ",", labels);
}

Simulator::Simulator(const std::string& scenario, const std::vector<std::string>& flags) {
  const auto file = folder_.path() / "scenario.yaml";
  write_file(file, scenario);
  std::vector<std::string> arguments{"simulate", "--scenario=" + file.string()};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  process_ = std::make_unique<Process>(tenantscope_command(std::move(arguments)));
  url_ = log_value(process_->await_line(R"(msg="listening")"), "url");
}

void Simulator::change(const std::string& tenant, const std::string& patch) const {
  expect_ok(http("PUT", url_ + "/control/tenants/" + tenant, patch), "changing " + tenant);
}

json::object Simulator::tenant(const std::string& name) const {
  return parsed(expect_ok(http_get(url_ + "/control/tenants/" + name), name).body);
}

std::uint64_t Simulator::requests(const std::string& name) const {
  return tenant(name).at("requests").to_number<std::uint64_t>();
}

Daemon::Daemon(const std::vector<std::string>& flags, std::vector<std::string> under)
    : process_(joined(std::move(under), tenantscope_command(flags))) {}

const std::string& Daemon::url() {
  if (url_.empty()) {
    const std::string line = process_.await_line("listening");
    url_ = "http://" +
           (line.starts_with('{') ? text_at(parsed(line), "/address") : log_value(line, "address"));
  }
  return url_;
}

Metrics Daemon::metrics() {
  return Metrics(expect_ok(http_get(url() + "/metrics"), "/metrics").body);
}

json::value Daemon::api(const std::string& path) {
  const HttpAnswer answer = expect_ok(http_get(url() + path), path);
  return parsed(answer.body).at("data");
}

std::vector<json::object> Daemon::events() {
  std::vector<json::object> events;
  for (std::string after;;) {
    const json::value page = api("/api/v1/events?limit=1000" + after);
    const json::array& more = page.at("events").as_array();
    if (more.empty())
      return events;
    for (const json::value& event : more)
      events.push_back(event.as_object());
    after = "&after=" + json::serialize(page.at("next"));
  }
}

json::object Daemon::tenant(const std::string& name, const std::string& asked) {
  return api(fmt::format("/api/v1/tenants/{}?cloud={}", name, asked)).as_object();
}

std::string configuration(const std::string& authority, const std::string& rest,
                          const std::string& probe) {
  const std::string stale_after =
      probe.find("stale_after") == std::string::npos ? ", stale_after: 1m" : "";
  std::string text =
      fmt::format("probe: {}{}}}\nclouds:\n", probe.substr(0, probe.rfind('}')), stale_after);
  for (const char* cloud :
       {"global", "usgov", "china", "germany", "bleu", "delos", "govsg", "usnat", "ussec"})
    text +=
        fmt::format("  {}: {{authority: \"{}\", requests_per_second: 1000}}\n", cloud, authority);
  return text + rest;
}

Daemon& Deployment::launch(const std::vector<std::string>& flags, std::vector<std::string> under) {
  const std::vector<std::string> all{"serve", "--config.file=" + config_file().string(),
                                     "--storage.path=" + storage().string(),
                                     "--web.listen-address=127.0.0.1:0"};
  daemon_ = std::make_unique<Daemon>(joined(all, flags), std::move(under));
  return *daemon_;
}

Daemon& Deployment::start(const std::vector<std::string>& flags) {
  launch(flags).process().await_line("\"started\"");
  return *daemon_;
}

int Deployment::stop() {
  daemon_->process().signal(SIGTERM);
  return daemon_->process().wait();
}

void Deployment::reload() {
  const auto outcomes = [this] {
    return lines_with(daemon_->log(), {"configuration reloaded"}).size() +
           lines_with(daemon_->log(), {"configuration not reloaded"}).size();
  };
  const auto before = outcomes();
  daemon_->process().signal(SIGHUP);
  if (!eventually([&] { return outcomes() > before; }))
    throw std::runtime_error("not reloaded; the daemon said:\n" + daemon_->log());
}

std::vector<std::string> Deployment::journal() const {
  const Finished finished =
      run_tenantscope({"events", "--storage.path=" + storage().string(), "--output=json"});
  if (finished.exit_code != 0)
    throw std::runtime_error("events: " + finished.err);
  return lines_of(finished.out);
}

int Deployment::undelivered() const {
  sqlite3* opened = nullptr;
  sqlite3_open_v2((storage() / "tenantscope.db").c_str(), &opened, SQLITE_OPEN_READONLY, nullptr);
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> database(opened, sqlite3_close);
  sqlite3_busy_timeout(opened, 5000);
  int events = -1;
  const auto take = [](void* into, int, char** texts, char**) {
    return *static_cast<int*>(into) = std::stoi(texts[0]), 0;
  };
  if (sqlite3_exec(opened, "SELECT count(*) FROM outbox", take, &events, nullptr) != SQLITE_OK)
    throw std::runtime_error(sqlite3_errmsg(opened));
  return events;
}

json::object parsed(const std::string& line) { return json::parse(line).as_object(); }

std::string text_at(const json::value& value, const std::string& pointer) {
  const json::value& found = value.at_pointer(pointer);
  return found.is_string() ? std::string(found.as_string()) : json::serialize(found);
}

std::vector<json::object> of_type(const std::vector<json::object>& events,
                                  const std::string& type) {
  std::vector<json::object> found;
  std::ranges::copy_if(events, std::back_inserter(found), [&](const json::object& event) {
    return event.at("type").as_string() == type;
  });
  return found;
}

}  // namespace tenantscope::e2e
