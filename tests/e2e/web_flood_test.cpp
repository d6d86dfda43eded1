// A thousand slow connections of each kind keep no scraper out and no probe from its turn. How fast
// it is under them: scripts/flood.
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
constexpr std::size_t others_descriptors =
    64;  // what the daemon has open beside its clients' connections
constexpr const char* tenants = "tenants: [{name: contoso.example}, {name: agency.example}]\n";
constexpr const char* often =
    "{interval: 100ms, timeout: 2s, confirmations: 2, confirm_interval: 50ms}";

class WebFlood : public testing::Test {
 protected:
  void start() {
    rlimit descriptors{};
    ::getrlimit(RLIMIT_NOFILE, &descriptors);
    descriptors.rlim_cur = descriptors.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &descriptors);
    if (descriptors.rlim_cur < 4 * most_connections)
      GTEST_SKIP() << "needs " << 4 * most_connections << " file descriptors";
    deployment_.configure(configuration(authority_.url(), tenants, often));
    deployment_.start();
    await_probes(2);
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
      "region_scope: USG}]\n"};
  Deployment deployment_{""};
};

TEST_F(WebFlood, OfHalfRequestsKeepsNobodyOut) {
  start();
  std::vector<std::unique_ptr<RawClient>> slow;
  for (std::size_t i = 0; i < flood; ++i) {
    slow.push_back(std::make_unique<RawClient>(address()));
    slow.back()->send("GET /metrics HTTP/1.1\r\nHost: x\r\n");
    if (i % 50 == 49)
      expect_capped(scrape());
  }
  EXPECT_GE(scrape()["process_open_fds"].value_or(0), double(most_connections));
  await_probes(3);
  EXPECT_EQ(slow.back()->ask("\r\n"), 200);
  EXPECT_EQ(run_tenantscope({"events", "--url=" + deployment_.daemon().url()}).exit_code, 0);
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
