// What an end-to-end test plays with: a simulated authority with the test's scenario, a daemon on
// the test's configuration, both on ports of their own, and what they say as values. On the test's
// main thread.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "e2e/http.hpp"
#include "e2e/process.hpp"

namespace tenantscope::e2e {

namespace json = boost::json;

// One scrape: each series as it is written, and its value.
class Metrics {
 public:
  explicit Metrics(std::string text);

  std::optional<double> operator[](const std::string& series) const;
  // How many series begin like this.
  std::size_t count(const std::string& beginning) const;
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::map<std::string, double> values_;
};

// tenantscope_tenant_NAME{tenant="TENANT",asked="ASKED",LABELS}
std::string tenant_series(const std::string& name, const std::string& tenant,
                          const std::string& asked = "global", const std::string& labels = "");

class Simulator {
 public:
  explicit Simulator(const std::string& scenario, const std::vector<std::string>& flags = {});

  const std::string& url() const { return url_; }
  std::string address() const { return url_.substr(url_.find("//") + 2); }
  Process& process() { return *process_; }

  void change(const std::string& tenant, const std::string& patch) const;
  json::object tenant(const std::string& name) const;
  std::uint64_t requests(const std::string& tenant) const;

 private:
  TemporaryFolder folder_;
  std::unique_ptr<Process> process_;
  std::string url_;
};

class Daemon {
 public:
  // `under`: a program and its arguments that it is run by, if any.
  explicit Daemon(const std::vector<std::string>& flags, std::vector<std::string> under = {});

  Process& process() { return process_; }
  std::string log() const { return process_.err(); }
  const std::string& url();  // awaits that it listens

  Metrics metrics();
  json::value api(const std::string& path);  // `data` of a success
  std::vector<json::object> events();        // the journal, as the API gives it
  json::object tenant(const std::string& name, const std::string& asked = "global");

 private:
  Process process_;
  std::string url_;
};

// A configuration that asks every built-in cloud at `authority`, probes quickly, and has `rest`
// below. Where `probe` doesn't say when a tenant is stale, that is no matter of a few intervals,
// which a busy machine may miss.
std::string configuration(
    const std::string& authority, const std::string& rest,
    const std::string& probe =
        "{interval: 200ms, timeout: 2s, confirmations: 2, confirm_interval: 50ms}");

// A configuration and a storage in a folder of their own, and the daemon on them.
class Deployment {
 public:
  explicit Deployment(const std::string& config) { configure(config); }

  void configure(const std::string& config) const { write_file(config_file(), config); }
  Daemon& start(const std::vector<std::string>& flags = {});  // awaits that it is ready
  Daemon& launch(const std::vector<std::string>& flags = {},
                 std::vector<std::string> under = {});  // doesn't
  Daemon& daemon() { return *daemon_; }
  int stop();     // by SIGTERM; the exit code
  void reload();  // by SIGHUP; awaits that it was done or refused

  std::filesystem::path config_file() const { return folder_.path() / "tenantscope.yaml"; }
  std::filesystem::path storage() const { return folder_.path() / "storage"; }
  const std::filesystem::path& folder() const { return folder_.path(); }

  // The journal as `tenantscope events --output=json` prints it from the storage: a line each.
  std::vector<std::string> journal() const;
  // How many events the storage's outboxes hold: exact, where the metrics are a moment behind.
  int undelivered() const;

 private:
  TemporaryFolder folder_;
  std::unique_ptr<Daemon> daemon_;
};

json::object parsed(const std::string& line);
std::string text_at(const json::value& value,
                    const std::string& pointer);  // "/data/tenant"; "null" where it is null
std::vector<json::object> of_type(const std::vector<json::object>& events, const std::string& type);

inline const std::string baselined = "tenantscope.tenant.baselined.v1";
inline const std::string changed = "tenantscope.tenant.changed.v1";

}  // namespace tenantscope::e2e
