// A real Alertmanager: an alert is there within seconds, again after either side was killed, and resolved at the end.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <csignal>
#include <filesystem>

#include <fmt/format.h>

#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

using namespace std::chrono_literals;

const std::string tools = TENANTSCOPE_TOOLS;
const std::string binary = tools + "/usr/bin/prometheus-alertmanager";

// Debian's Alertmanager reads its templates in /usr/share: there, for itself alone, it sees those that came with it.
std::vector<std::string> with_its_templates(std::vector<std::string> command) {
  const std::string script = "mount -t overlay overlay -o lowerdir=$0/usr/share:/usr/share /usr/share && exec \"$@\"";
  std::vector<std::string> wrapped{"/usr/bin/unshare", "--map-root-user", "--mount", "sh", "-c", script, tools};
  wrapped.insert(wrapped.end(), command.begin(), command.end());
  return wrapped;
}

// Remembers nothing over a restart, which takes the same port again.
class Alertmanager {
 public:
  Alertmanager() {
    write_file(folder_.path() / "alertmanager.yml", "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n");
    start("127.0.0.1:0");
    const std::string line = process_->await_line("Listening on");
    const std::string key = "address=";
    const auto at = line.find(key) + key.size();
    address_ = line.substr(at, line.find_first_of(" \n", at) - at);
    ready();
  }

  std::string url() const { return "http://" + address_; }

  void kill() {
    process_->signal(SIGKILL);
    process_->wait();
    std::filesystem::remove_all(folder_.path() / "data");
  }
  void restart() {
    start(address_);
    ready();
  }

  // What it would notify of: firing alerts.
  std::vector<json::object> firing() const {
    std::vector<json::object> alerts;
    const json::value answer = json::parse(http_get(url() + "/api/v2/alerts?active=true").body);
    for (const json::value& alert : answer.as_array()) alerts.push_back(alert.as_object());
    return alerts;
  }

 private:
  void start(const std::string& address) {
    process_ = std::make_unique<Process>(with_its_templates({
        binary, "--config.file=" + (folder_.path() / "alertmanager.yml").string(), "--storage.path=" + (folder_.path() / "data").string(),
        "--web.listen-address=" + address, "--cluster.listen-address="}));
  }
  void ready() {
    if (!eventually([&] {
          try {
            return http_get(url() + "/-/ready").status == 200;
          } catch (const NoAnswer&) {
            return false;
          }
        }))
      throw std::runtime_error("no Alertmanager: " + process_->err());
  }

  TemporaryFolder folder_;
  std::unique_ptr<Process> process_;
  std::string address_;
};

constexpr const char* scenario = R"(
tenants:
  - {name: agency.example, cloud: usgov, region_scope: USGov}
)";

TEST(AlertmanagerSlow, ShowsTheAlertAgainAfterAKillOfEitherSideAndResolvedAtTheEnd) {
  if (!std::filesystem::exists(binary)) GTEST_SKIP() << "no prometheus-alertmanager: run scripts/setup --tests";
  const Simulator authority(scenario);
  Alertmanager one, other;
  Deployment deployment(configuration(authority.url(), fmt::format(R"(
tenants: [{{name: agency.example, cloud: usgov}}]
events:
  sinks:
    - name: am
      match: {{types: [tenantscope.tenant.changed.v1]}}
      alertmanager: {{urls: ["{}", "{}"], hold: 75s}}
)",
                                                                   one.url(), other.url())));
  deployment.start();
  ASSERT_TRUE(eventually([&] { return deployment.daemon().metrics()["tenantscope_events_total{kind=\"baselined\"}"] == 1; }));
  EXPECT_TRUE(one.firing().empty());
  authority.change("agency.example", R"({"region_scope": "USG"})");
  const auto shows = [&](const Alertmanager& instance) { return instance.firing().size() == 1; };
  ASSERT_TRUE(eventually([&] { return shows(one) && shows(other); }, 5s)) << deployment.daemon().log();
  const json::object alert = one.firing().front();
  EXPECT_EQ(text_at(alert, "/labels/alertname"), "TenantscopeTenantChanged");
  EXPECT_EQ(text_at(alert, "/labels/tenant"), "agency.example");
  EXPECT_EQ(text_at(alert, "/labels/asked"), "usgov");
  EXPECT_EQ(text_at(alert, "/labels/severity"), "critical");
  EXPECT_NE(text_at(alert, "/annotations/summary").find("region_scope: USGov -> USG"), std::string::npos);

  one.kill();
  one.restart();
  EXPECT_TRUE(one.firing().empty()) << "it has forgotten";
  EXPECT_TRUE(eventually([&] { return shows(one); }, 60s)) << deployment.daemon().log();

  deployment.daemon().process().signal(SIGKILL);
  deployment.daemon().process().wait();
  other.kill();
  other.restart();
  deployment.start();
  EXPECT_TRUE(eventually([&] { return shows(other); }, 5s)) << deployment.daemon().log();
  EXPECT_EQ(other.firing().front().at("fingerprint"), alert.at("fingerprint")) << "the same alert";
  EXPECT_EQ(deployment.daemon().metrics()["tenantscope_event_outbox_events{sink=\"am\"}"], 0);

  EXPECT_TRUE(eventually([&] { return one.firing().empty() && other.firing().empty(); }, 90s)) << "resolved at the end";
  EXPECT_EQ(deployment.stop(), 0);
}

}  // namespace
}  // namespace tenantscope::e2e
