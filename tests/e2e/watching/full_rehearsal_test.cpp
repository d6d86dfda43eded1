// `scripts/run --full` and `--fleet` as far as they don't build: the alert arrives, another daemon
// takes over, and Ctrl-C leaves nothing behind.
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <regex>
#include <set>

#include "e2e/alertmanager_server.hpp"
#include "e2e/http.hpp"
#include "e2e/process.hpp"
#include "e2e/prometheus_server.hpp"

namespace tenantscope::e2e {
namespace {

class FullRehearsalSlow : public testing::Test {
 protected:
  void SetUp() override {
    if (!AlertmanagerServer::may_run())
      GTEST_SKIP() << "mounting isn't permitted";
    start("full-rehearsal");
  }

  void start(const std::string& rehearsal) {
    ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1),
              0);  // what outlives the script becomes this process' child
    script = std::make_unique<Process>(
        std::vector<std::string>{"/usr/bin/env", "TMPDIR=" + folder.path().string(),
                                 TENANTSCOPE_SOURCE "/scripts/" + rehearsal, TENANTSCOPE_BINARY});
  }

  // However the script ended: what it started ends, too. Only then may its folder be removed.
  void TearDown() override {
    script.reset();
    EXPECT_TRUE(eventually([] {
      while (::waitpid(-1, nullptr, WNOHANG) > 0)
        continue;
      return errno == ECHILD;
    })) << "something outlives the script";
  }

  void await_words(const std::vector<std::string>& words) {
    ASSERT_TRUE(
        eventually([&] { return !lines_with(script->out(), words).empty() || script->ended(); },
                   std::chrono::minutes(2)));
    ASSERT_FALSE(lines_with(script->out(), words).empty())
        << "it never said " << testing::PrintToString(words) << "; it said:\n"
        << script->out() << script->err();
  }

  std::set<std::string> urls() const {
    static const std::regex url(R"(http://127\.0\.0\.1:\d+)");
    std::set<std::string> urls;
    const std::string said = script->out();
    for (std::sregex_iterator match(said.begin(), said.end(), url), end; match != end; ++match)
      urls.insert(match->str());
    return urls;
  }

  static bool answers(const std::string& url) {
    try {
      http_get(url + "/");
      return true;
    } catch (const NoAnswer&) {
      return false;
    }
  }

  void stop() {
    script->signal(SIGINT);
    EXPECT_EQ(script->wait(), 0) << script->err();
    EXPECT_FALSE(lines_with(script->out(), {"run: stopped"}).empty()) << script->out();
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  }

  TemporaryFolder folder;
  std::unique_ptr<Process> script;
};

class FleetRehearsalSlow : public FullRehearsalSlow {
 protected:
  void SetUp() override { start("fleet-rehearsal"); }
};

TEST_F(FullRehearsalSlow, ShowsTheAlertArriveAndStopsAtCtrlC) {
  await_words({"Prometheus: TenantscopeB2BLost fires"});
  await_words({"Alertmanager: the alert has arrived"});
  await_words(
      {"TenantscopeB2BLost  ", "defence.example@usgov: B2B collaboration isn't supported now"});
  await_words({"it goes to the receiver: pager"});
  await_words({"  + TenantscopeB2BGained", "agency.example@usgov"});  // the scenario's own flip
  EXPECT_EQ(lines_with(script->out(), {"  - "}).size(),
            lines_with(script->out(), {"  - Tenantscope"}).size());
  ASSERT_EQ(urls().size(), 4) << script->out();
  for (const std::string& url : urls())
    EXPECT_TRUE(answers(url)) << url;
  stop();
}

TEST_F(FullRehearsalSlow, LeavesNothingBehindWhenItIsKilled) {
  await_words({"Prometheus scrapes it"});
  script->signal(SIGKILL);
}

// Whichever daemon is active then: where all are slow another one may have taken over before.
TEST_F(FleetRehearsalSlow, ShowsWhoTakesOverAndStopsAtCtrlC) {
  await_words({"the active one, is killed now"});
  await_words({"has taken over: ", "term="});
  await_words({"has told it: ", "defence.example -> USGov"});
  await_words({"is started again: tenantscope stands by"});
  await_words({"run: those two changes came in "});
  await_words({"run: the rehearsal goes on"});
  stop();
}

TEST_F(FleetRehearsalSlow, LeavesNothingBehindWhenItIsKilled) {
  await_words({"Prometheus scrapes all three"});
  script->signal(SIGKILL);
}

}  // namespace
}  // namespace tenantscope::e2e
