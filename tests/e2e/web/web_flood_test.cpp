// A thousand slow connections of each kind, and hundreds that wait for something, keep no scraper
// out and no probe from its turn. How fast it is under them: scripts/flood.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "e2e/rehearsal.hpp"
#include "e2e/tools.hpp"
#include "support/raw_client.hpp"

namespace tenantscope::e2e {
namespace {

constexpr std::size_t flood = 1000;
constexpr std::size_t most_connections = 512;
constexpr std::size_t patient = 600;  // more than there are seats
constexpr std::size_t others_descriptors =
    64;  // what the daemon has open beside its clients' connections
constexpr const char* watched = "tenants: [{name: contoso.example}, {name: agency.example}]\n";
constexpr const char* often =
    "{interval: 100ms, timeout: 2s, confirmations: 2, confirm_interval: 50ms}";

class WebFlood : public testing::Test {
 protected:
  void start(const char* tenants = watched, const char* probe = often) {
    rlimit descriptors{};
    ::getrlimit(RLIMIT_NOFILE, &descriptors);
    descriptors.rlim_cur = descriptors.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &descriptors);
    if (descriptors.rlim_cur < 4 * most_connections)
      GTEST_SKIP() << "needs " << 4 * most_connections << " file descriptors";
    deployment_.configure(configuration(authority_.url(), tenants, probe));
    deployment_.start();
    EXPECT_TRUE(eventually([&] { return probes() >= 1; }));
  }

  // Each with a connection of its own; scrapes and checks of health go on meanwhile.
  std::vector<std::unique_ptr<RawClient>> begin_patiently(const std::string& path) {
    std::vector<std::unique_ptr<RawClient>> clients;
    for (std::size_t i = 0; i < patient; ++i) {
      clients.push_back(std::make_unique<RawClient>(address()));
      clients.back()->send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
      if (i % 50 == 49)
        expect_served();
    }
    return clients;
  }
  void expect_served() {
    expect_capped(scrape());
    for (const char* path : {"/-/healthy", "/-/ready"})
      EXPECT_EQ(http_get(deployment_.daemon().url() + path).status, 200) << path;
    const std::string control = "unix:" + (deployment_.storage() / "control").string();
    EXPECT_EQ(RawClient(control).ask("GET /api/v1/tenants HTTP/1.1\r\nHost: localhost\r\n\r\n"),
              200);
  }
  double refused(const std::string& reason) {
    return scrape()["tenantscope_web_refused_total{reason=\"" + reason + "\"}"].value_or(-1);
  }
  void expect_told_once(const std::string& reason) {
    const std::string log = deployment_.daemon().log();
    EXPECT_EQ(lines_with(log, {"msg=\"web clients are refused\"", "reason=" + reason}).size(), 1u)
        << log;
  }

  // Over a connection of its own.
  Metrics scrape() { return deployment_.daemon().metrics(); }
  std::string address() { return deployment_.daemon().url().substr(7); }

  std::uint64_t probes() const { return authority_.requests("contoso.example"); }
  void await_probes(std::uint64_t more) const {
    const auto before = probes();
    EXPECT_TRUE(eventually([&] { return probes() >= before + more; }));
  }

  void expect_capped(const Metrics& metrics) {
    EXPECT_LE(metrics["process_open_fds"].value_or(0),
              double(most_connections + others_descriptors));
  }

  Simulator authority_{
      "tenants: [{name: contoso.example, region_scope: NA}, {name: agency.example, cloud: usgov, "
      "region_scope: USG}, {name: silent.example, fault: hang}]\n"};
  Deployment deployment_{""};
};

TEST_F(WebFlood, OfHalfRequestsKeepsNobodyOut) {
  start();
  std::vector<std::unique_ptr<RawClient>> slow;
  for (std::size_t i = 0; i < flood; ++i) {
    slow.push_back(std::make_unique<RawClient>(address()));
    slow.back()->send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n");
    if (i % 50 == 49)
      expect_capped(scrape());
  }
  EXPECT_GE(scrape()["process_open_fds"].value_or(0), double(most_connections));
  await_probes(3);
  EXPECT_EQ(slow.back()->ask("\r\n"), 200);
  EXPECT_EQ(run_tenantscope({"events", "--url=" + deployment_.daemon().url()}).exit_code, 0);
  EXPECT_EQ(deployment_.stop(), 0);
}

TEST_F(WebFlood, OfLongPollsKeepsNobodyOut) {
  start();
  if (IsSkipped())
    return;
  ASSERT_TRUE(eventually([&] {
    return text_at(deployment_.daemon().api("/api/v1/status"), "/last_event") == "2";
  })) << "both that answer are baselined";
  const auto polls = begin_patiently("/api/v1/events?after=2&wait=5m");
  constexpr std::size_t most_polls = most_connections / 2;
  EXPECT_TRUE(eventually(
      [&] { return refused("full") + refused("evicted") >= double(patient - most_polls); }));
  expect_served();
  await_probes(3);
  EXPECT_EQ(run_tenantscope({"events", "--url=" + deployment_.daemon().url()}).exit_code, 0);
  EXPECT_EQ(refused("rate_limit"), 0);
  EXPECT_EQ(refused("host"), 0);
  // Which of both a poll meets depends on how long the oldest has waited.
  for (const std::string reason : {"full", "evicted"})
    if (refused(reason) > 0)
      expect_told_once(reason);
  EXPECT_EQ(deployment_.stop(), 0);
}

TEST_F(WebFlood, OfProbesKeepsNobodyOut) {
  start("tenants: [{name: contoso.example, interval: 1h}, {name: silent.example, interval: 1h}]\n",
        "{timeout: 1m}");
  if (IsSkipped())
    return;
  const auto probing = begin_patiently("/probe?target=silent.example");
  constexpr std::size_t most_probes = most_connections / 4;
  EXPECT_TRUE(eventually([&] { return refused("full") >= double(patient - most_probes); }));
  expect_served();
  EXPECT_EQ(run_tenantscope({"events", "--url=" + deployment_.daemon().url()}).exit_code, 0);
  expect_told_once("full");
  EXPECT_EQ(deployment_.stop(), 0);
}

// slowhttptest's kinds: slow headers, slow bodies, ranges, slow reading.
class WebFloodSlow : public WebFlood, public testing::WithParamInterface<std::string> {};

std::string name_of(const testing::TestParamInfo<std::string>& kind) {
  const std::map<std::string, std::string> names{
      {"H", "OfHeaders"}, {"B", "OfBodies"}, {"R", "OfRanges"}, {"X", "OfReading"}};
  return names.at(kind.param);
}

INSTANTIATE_TEST_SUITE_P(, WebFloodSlow, testing::Values("H", "B", "R", "X"), name_of);

TEST_P(WebFloodSlow, KeepsNobodyOut) {
  start();
  if (IsSkipped())
    return;
  const auto before = probes();
  Process flooding(tool(
      "slowhttptest", {"-" + GetParam(), "-c", std::to_string(flood), "-r", "250", "-l", "12", "-i",
                       "1", "-p", "1", "-k", "3", "-u", deployment_.daemon().url() + "/metrics"}));
  std::size_t scrapes = 0;
  for (; !flooding.ended(); ++scrapes)
    expect_capped(scrape());
  EXPECT_NE(flooding.out().find("initializing"), std::string::npos);
  EXPECT_GT(scrapes, 0u) << flooding.wait() << flooding.out();
  EXPECT_GT(probes(), before);
  EXPECT_EQ(deployment_.stop(), 0);
  EXPECT_EQ(lines_with(deployment_.daemon().log(), {"level=error"}).size(), 0u)
      << deployment_.daemon().log();
}

}  // namespace
}  // namespace tenantscope::e2e
