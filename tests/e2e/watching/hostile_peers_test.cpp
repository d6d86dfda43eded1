// Authorities, receivers and servers of lists that do what no proper one does: what it costs the
// daemon's other work.
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "e2e/rehearsal.hpp"
#include "support/flooding_server.hpp"
#include "support/raw_server.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* scenario = R"(
tenants:
  - {name: contoso.example, region_scope: NA}
)";

constexpr const char* no_such_tenant =
    "HTTP/1.1 400 Bad Request\r\nContent-Length: 48\r\n\r\n"
    R"({"error":"invalid_tenant","error_codes":[90002]})";

// They are one host here, to which one pool of connections would send them all.
TEST(HostilePeers, GetNoConnectionThatProbesUse) {
  std::mutex mutex;
  std::map<std::string, int> asked;  // how often, by who asked
  int mixed = 0;                     // on a connection that somebody else had asked on
  RawServer server([&](RawConnection& connection) {
    std::string last;
    while (const auto head = connection.read_head()) {
      connection.read_body(*head);
      const std::string who = head->starts_with("POST")        ? "sink"
                              : head->starts_with("GET /list") ? "list"
                                                               : "probe";
      connection.send(who == "probe" ? no_such_tenant
                                     : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]");
      const std::lock_guard lock(mutex);
      ++asked[who];
      mixed += !last.empty() && (who == "probe") != (last == "probe");
      last = who;
    }
  });
  Deployment deployment(configuration(server.url(), fmt::format(R"(
tenants: [{{name: contoso.example}}]
tenant_urls: [{{url: "{0}/list", interval: 1s}}]
events: {{sinks: [{{name: soc, webhook: {{url: "{0}/hook"}}}}]}}
)",
                                                                server.url())));
  const Daemon& daemon = deployment.start();
  EXPECT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex);
    return asked["probe"] > 10 && asked["list"] > 2 && asked["sink"] > 0;
  })) << daemon.log();
  const std::lock_guard lock(mutex);
  EXPECT_EQ(mixed, 0);
}

// A line of the configuration.
std::string china_of(const std::string& authority) {
  return fmt::format("china: {{authority: \"{}\"", authority);
}

class OverTls : public testing::Test {
 protected:
  // Trusts the certificate as one of the system's.
  Daemon& start(const std::string& config) {
    deployment.configure(config);
    Daemon& daemon =
        deployment.launch({}, {"/usr/bin/env", "SSL_CERT_FILE=" + certificate.file.string()});
    daemon.process().await_line("msg=\"started\"");
    return daemon;
  }

  TemporaryFolder folder;
  Certificate certificate = make_certificate(folder.path(), "IP:127.0.0.1");
  Simulator authority{scenario};
  Deployment deployment{""};
};

TEST_F(OverTls, ListsAreFetchedByHttp1) {
  std::atomic<int> http2 = 0;
  RawServer lists(
      [&](RawConnection& connection) {
        const auto head = connection.read_head();
        http2 += head.value_or("").starts_with("PRI * HTTP/2.0\r\n");
        connection.send(
            head.value_or("").starts_with("GET /list HTTP/1.1\r\n")
                ? "HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\n[{name: contoso.example}]  "
                : "HTTP/1.1 400 Bad Request\r\n\r\n");
      },
      certificate, "h2");
  Daemon& daemon = start(
      configuration(authority.url(),
                    fmt::format("tenants: []\ntenant_urls: [{{url: \"{}/list\", interval: 1s}}]\n",
                                lists.url())));
  EXPECT_TRUE(eventually([&] {
    return daemon.metrics()[tenant_series("found", "contoso.example")] == 1;
  })) << daemon.log();
  EXPECT_EQ(http2, 0);
}

class Flooded : public OverTls, public testing::WithParamInterface<Flood> {};

TEST_P(Flooded, AnAuthorityHoldsUpNoOtherNorTheStop) {
  FloodingServer flooding(certificate, GetParam());
  const std::string config = configuration(authority.url(), R"(
tenants: [{name: contoso.example}, {name: agency.example, cloud: china}]
)");
  Daemon& daemon = start(replaced(config, china_of(authority.url()), china_of(flooding.url())));
  ASSERT_TRUE(eventually([&] { return flooding.blocks() > 100; }));
  const auto before = authority.requests("contoso.example");
  EXPECT_TRUE(eventually([&] { return authority.requests("contoso.example") > before + 20; }))
      << daemon.log();
  EXPECT_TRUE(eventually([&] {
    return daemon.metrics()
               [R"(tenantscope_authority_requests_total{asked="china",outcome="timeout"})"] > 0;
  })) << daemon.metrics().text();
  EXPECT_EQ(deployment.stop(), 0);
}

// A hundred tenants a second, with and without a flood.
class HostilePeersSlow : public OverTls {
 protected:
  double probes_beside(const std::string& china) {
    std::string config =
        replaced(configuration(authority.url(), "tenants:\n", "{interval: 1s, timeout: 2s}"),
                 china_of(authority.url()), china_of(china));
    for (int i = 0; i < 100; ++i)
      config += fmt::format("  - {{name: tenant{}.example}}\n", i);
    Daemon& daemon = start(config + "  - {name: agency.example, cloud: china}\n");
    const auto answered = [&] {
      return daemon
          .metrics()[R"(tenantscope_authority_requests_total{asked="global",outcome="not_found"})"]
          .value_or(0);
    };
    EXPECT_TRUE(eventually([&] { return answered() > 300; }));
    const double before = answered();
    std::this_thread::sleep_for(std::chrono::seconds(20));
    const double count = answered() - before;
    const auto stopping = std::chrono::steady_clock::now();
    EXPECT_EQ(deployment.stop(), 0);
    stop_ = std::chrono::steady_clock::now() - stopping;
    return count;
  }

  std::chrono::duration<double> stop_{};  // how long the last one took
};

TEST_F(HostilePeersSlow, TakeNothingOfOthersCadence) {
  FloodingServer flooding(certificate, empty_data);
  const double calm = probes_beside(authority.url());
  const double flooded = probes_beside(flooding.url());
  fmt::print(
      "probes in 20 s: {} beside an authority that answers, {} beside one that floods ({} MiB)\n",
      calm, flooded, flooding.blocks() / 64);
  fmt::print("the stop beside a flood took {:.2f} s\n", stop_.count());
  EXPECT_GT(flooded, 0.95 * calm);
  EXPECT_LT(stop_.count(), 5);
}

INSTANTIATE_TEST_SUITE_P(, Flooded, testing::Values(empty_data, priorities, pings),
                         [](const auto& flood) { return std::string(flood.param.name); });

}  // namespace
}  // namespace tenantscope::e2e
