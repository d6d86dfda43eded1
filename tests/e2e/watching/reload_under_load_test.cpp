// Reloads while scrapers scrape, with few descriptors: no scrape fails, no probe fails, nothing is
// left open.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "e2e/rehearsal.hpp"
#include "support/raw_client.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* scenario =
    "tenants: [{name: contoso.example, region_scope: NA}, {name: agency.example, region_scope: "
    "USG}]\n";
constexpr const char* one = R"(
tenants: [{name: contoso.example}, {name: agency.example}]
events: {sinks: [{name: audit, file: {path: audit.jsonl}}]}
)";
constexpr const char* other = R"(
tenants: [{name: contoso.example, labels: {team: identity}}]
collaborations: [{name: joint, hosts: [contoso.example], guests: ["identity:microsoft"]}]
events: {sinks: [{name: audit, file: {path: audit.jsonl}}, {name: second, file: {path: second.jsonl}}]}
)";

class ReloadsUnderLoad : public testing::Test {
 protected:
  void reload(int times) {
    const std::string variants[]{configuration(authority_.url(), one),
                                 configuration(authority_.url(), other)};
    deployment_.configure(variants[0]);
    Daemon& daemon = deployment_.launch({}, {"/usr/bin/prlimit", "--nofile=64"});
    daemon.process().await_line("\"started\"");
    ASSERT_TRUE(eventually([&] { return daemon.metrics().count("tenantscope_tenant_up") == 2; }));
    ASSERT_EQ(daemon.metrics()["process_max_fds"], 64);
    const double open_before = *daemon.metrics()["process_open_fds"];
    {
      const std::string url = daemon.url();
      std::jthread fresh([&](std::stop_token enough) {
        while (!enough.stop_requested())
          scraped([&] { return http_get(url + "/metrics").status; });
      });
      std::jthread kept([&](std::stop_token enough) {
        RawClient client(url.substr(7));
        while (!enough.stop_requested())
          scraped([&] { return client.ask("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"); });
      });
      for (int i = 1; i <= times; ++i) {
        deployment_.configure(variants[i % 2]);
        deployment_.reload();
      }
    }
    EXPECT_EQ(failures_, 0);
    EXPECT_GT(scrapes_, times / 10);
    const Metrics metrics = daemon.metrics();
    EXPECT_EQ(metrics["tenantscope_config_last_reload_successful"], 1);
    EXPECT_EQ(metrics[tenant_series("probe_failures_total", "contoso.example")], 0);
    EXPECT_TRUE(eventually([&] {
      return *daemon.metrics()["process_open_fds"] <= open_before + 4;
    })) << open_before;  // a sink more
    EXPECT_EQ(deployment_.stop(), 0);
    EXPECT_EQ(lines_with(daemon.log(), {"configuration reloaded"}).size(), std::size_t(times));
    EXPECT_EQ(lines_with(daemon.log(), {"level=error"}).size(), 0u);
  }

 private:
  template <class Scrape>
  void scraped(Scrape scrape) {
    try {
      failures_ += scrape() != 200;
    } catch (const std::exception&) {
      ++failures_;
    }
    ++scrapes_;
  }

  Simulator authority_{scenario};
  Deployment deployment_{""};
  std::atomic<int> scrapes_ = 0;
  std::atomic<int> failures_ = 0;
};

TEST_F(ReloadsUnderLoad, FailNoScrape) { reload(50); }

using ReloadsUnderLoadSlow = ReloadsUnderLoad;
TEST_F(ReloadsUnderLoadSlow, AThousandFailNoScrape) { reload(1000); }

}  // namespace
}  // namespace tenantscope::e2e
