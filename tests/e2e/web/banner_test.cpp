// What is wrong with the daemon itself stands at the head of every page, with its place.
#include <gtest/gtest.h>

#include <csignal>

#include <fmt/format.h>

#include "e2e/numbered.hpp"
#include "e2e/receiver.hpp"
#include "e2e/rehearsal.hpp"
#include "e2e/small_disk.hpp"

namespace tenantscope::e2e {
namespace {

class BannerSlow : public testing::Test {
 protected:
  void configure(const std::string& sinks = "[]") {
    deployment_.configure(
        configuration(authority_.url(), numbered_tenants(4) + "events: {sinks: " + sinks + "}\n",
                      "{interval: 100ms, timeout: 2s, confirmations: 2, confirm_interval: 50ms}"));
  }
  std::string page(const std::string& path) {
    return http_get(deployment_.daemon().url() + path).body;
  }
  // Whether each page says so, in its title, too.
  bool said(const std::string& text) {
    for (const char* path : {"/", "/pairs", "/events", "/explain", "/tenants/nobody.example"})
      if (const std::string here = page(path); here.find(text) == here.npos)
        return false;
    return page("/").find("<title>1 problem") != std::string::npos;
  }
  void expect_said(const std::string& text) {
    EXPECT_TRUE(eventually([&] { return said(text); })) << page("/");
  }
  void expect_nothing_said() {
    EXPECT_TRUE(eventually([&] {
      return page("/").find("What is wrong with the daemon itself") == std::string::npos;
    })) << page("/");
  }

  const bool mounts_ = can_mount();  // before there are threads
  Simulator authority_{numbered_scenario(4)};
  Receiver receiver_;
  Deployment deployment_{""};
};

TEST_F(BannerSlow, SaysThatTheStorageIsFull) {
  if (!mounts_)
    GTEST_SKIP() << "mounting isn't permitted";
  const SmallDisk disk(deployment_.storage());
  configure();
  deployment_.start();
  expect_nothing_said();
  disk.fill();
  for (int i = 0; i < 4; ++i)
    authority_.change(tenant(i), R"({"region_scope": "EU"})");
  expect_said("<strong>storage</strong>: can&#39;t be written: no change is shown or told");
  disk.free();
  expect_nothing_said();
}

TEST_F(BannerSlow, SaysThatTheConfigurationWasRefused) {
  configure();
  deployment_.start();
  expect_nothing_said();
  deployment_.configure("tenants: 7\n");
  deployment_.reload();
  expect_said("<strong>configuration</strong>: what was read last was refused");
  EXPECT_NE(page("/events").find("<a href=\"./config\">Look there</a>"), std::string::npos);
  configure();
  deployment_.reload();
  expect_nothing_said();
}

TEST_F(BannerSlow, SaysThatAnAuthorityIsDown) {
  configure();
  deployment_.start();
  expect_nothing_said();
  authority_.process().signal(SIGKILL);
  expect_said("<strong>authority global</strong>: can&#39;t be reached");
}

// What it has waits since twenty minutes ago, as the clock goes.
TEST_F(BannerSlow, SaysThatASinkIsStuck) {
  receiver_.answer(503);
  configure(fmt::format("[{{name: soc, webhook: {{url: \"{}\"}}}}]", receiver_.url("/soc")));
  deployment_.launch({}, {"/usr/bin/env", "LD_PRELOAD=" SHIFTED_CLOCK, "CLOCK_AHEAD=-1200"});
  deployment_.daemon().process().await_line("msg=\"started\"");
  ASSERT_TRUE(eventually([&] { return deployment_.undelivered() == 4; }));
  expect_nothing_said();
  EXPECT_EQ(deployment_.stop(), 0);
  deployment_.start();
  expect_said("<strong>sink soc</strong>: its oldest event waits since ");
  receiver_.answer(200);
  expect_nothing_said();
}

}  // namespace
}  // namespace tenantscope::e2e
