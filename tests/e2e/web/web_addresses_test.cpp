// Where the daemon is reached: several addresses, sockets that systemd passes, and what it says
// when strangers can.
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include <fmt/format.h>

#include "e2e/rehearsal.hpp"
#include "e2e/tools.hpp"
#include "support/own_loopback.hpp"
#include "support/raw_client.hpp"

namespace tenantscope::e2e {
namespace {

const std::string scrape = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
const std::string exposed = "tenantscope_web_exposed";
constexpr const char* idle = "tenants: []\n";

TEST(WebAddresses, AreSystemds) {
  Deployment deployment(idle);
  const std::string tcp = own_loopback() + ":10944";
  const std::string file = deployment.folder() / "web";
  Daemon& daemon =
      deployment.launch({"--web.systemd-socket"},
                        tool("systemd-socket-activate", {"--listen=" + tcp, "--listen=" + file}));
  ASSERT_TRUE(eventually([&] { return lines_with(daemon.log(), {"Listening on"}).size() == 2; }))
      << daemon.log();
  EXPECT_EQ(lines_with(daemon.log(), {"started"}).size(), 0u);

  RawClient first(tcp);  // the daemon starts for its sake, and answers it
  EXPECT_EQ(first.ask(scrape), 200);
  EXPECT_EQ(RawClient("unix:" + file).ask(scrape), 200);
  const auto listening = lines_with(daemon.log(), {"msg=\"listening\""});
  ASSERT_EQ(listening.size(), 2u) << daemon.log();
  EXPECT_TRUE(listening[0].ends_with("address=" + tcp)) << listening[0];
  EXPECT_TRUE(listening[1].ends_with("address=unix:" + file)) << listening[1];
  EXPECT_EQ(daemon.metrics()[exposed], 0);
  EXPECT_EQ(deployment.stop(), 0);
  EXPECT_TRUE(std::filesystem::exists(file));  // it is systemd's
}

TEST(WebAddresses, AreNobodysWithoutSystemd) {
  Deployment deployment(idle);
  Daemon& daemon = deployment.launch({"--web.systemd-socket"});
  EXPECT_EQ(daemon.process().wait(), 1);
  EXPECT_EQ(lines_with(daemon.log(), {"can't serve", "systemd passed no socket", ".socket unit",
                                      "--web.listen-address"})
                .size(),
            1u)
      << daemon.log();
}

TEST(WebAddresses, AreOnlyThoseOfListeningSockets) {
  Deployment deployment(idle);
  // A descriptor of a file, passed as systemd passes sockets.
  const std::vector<std::string> under{
      "/bin/sh", "-c", "exec 3</dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec \"$@\"", "sh"};
  Daemon& daemon = deployment.launch({"--web.systemd-socket"}, under);
  EXPECT_EQ(daemon.process().wait(), 1);
  EXPECT_EQ(lines_with(daemon.log(), {"can't serve", "descriptor 3", "no listening stream socket",
                                      "ListenStream="})
                .size(),
            1u)
      << daemon.log();
}

TEST(WebAddresses, AreSeveral) {
  Deployment deployment(idle);
  const std::string file = deployment.folder() / "web";
  Daemon& daemon =
      deployment.start({"--web.listen-address=127.0.0.2:0", "--web.listen-address=unix:" + file});
  const auto listening = lines_with(daemon.log(), {"msg=\"listening\""});
  ASSERT_EQ(listening.size(), 3u) << daemon.log();
  for (const std::string& line : listening)
    EXPECT_EQ(RawClient(line.substr(line.find("address=") + 8)).ask(scrape), 200) << line;
  EXPECT_EQ(daemon.metrics()[exposed], 0);
  EXPECT_EQ(lines_with(daemon.log(), {"level=warn"}).size(),
            lines_with(daemon.log(), {"watches nothing"}).size())
      << daemon.log();
  EXPECT_EQ(deployment.stop(), 0);
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(WebAddresses, OfStrangersAreToldAndShown) {
  Deployment deployment(idle);
  Daemon& daemon = deployment.start({"--web.listen-address=0.0.0.0:0"});
  EXPECT_EQ(daemon.metrics()[exposed], 1);
  const auto warnings =
      lines_with(daemon.log(), {"level=warn", "other machines can reach the web server",
                                "addresses=0.0.0.0:", "without=\"TLS and a login\""});
  EXPECT_EQ(warnings.size(), 1u) << daemon.log();
}

}  // namespace
}  // namespace tenantscope::e2e
