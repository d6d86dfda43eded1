// Two releases on one ledger in a real PostgreSQL: this one, and another whose tables have more,
// which is the same program with a step more. Each change is told once, whoever of them is active.
#include <gtest/gtest.h>

#include <csignal>
#include <map>

#include <fmt/format.h>

#include "e2e/receiver.hpp"
#include "e2e/rehearsal.hpp"
#include "support/postgres_server.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* name = "keeper.example";

enum class Release { ours, next };

class Versions : public ::testing::Test {
 protected:
  Versions() {
    const Finished made =
        run_tenantscope({"storage", "init", "--config.file=" + north_.config_file().string()});
    EXPECT_EQ(made.exit_code, 0) << made.err;
  }

  std::string configured(const std::string& replica) const {
    return configuration(
        authority_.url(),
        fmt::format("tenants: [{{name: {}}}]\n"
                    "storage: {{postgresql: {{hosts: [\"{}:{}\"], database: {}, user: {}, "
                    "lease: 2s, durability: single}}}}\nreplica: {{name: {}}}\n"
                    "events: {{sinks: [{{name: hook, webhook: {{url: \"{}\"}}}}]}}\n",
                    name, PostgresServer::host, server_.port(), PostgresServer::database,
                    PostgresServer::user, replica, receiver_.url("/hook")));
  }

  static void launch(Deployment& one, Release release) {
    const std::vector<std::string> flags{"--web.listen-address=127.0.0.1:0"};
    if (release == Release::ours)
      one.launch(flags);
    else  // the other program takes the place of the first word
      one.launch(flags, {"/bin/sh", "-c", "shift; exec \"$0\" \"$@\"", TENANTSCOPE_NEXT});
  }
  void start_active(Deployment& one, Release release) const {
    launch(one, release);
    await_active(one);
  }
  static void start_standby(Deployment& one, Release release, const std::string& scope) {
    launch(one, release);
    ASSERT_TRUE(eventually([&] { return shows(one, scope); })) << one.daemon().log();
    EXPECT_FALSE(is_active(one));
  }
  static void await_active(Deployment& one) {
    ASSERT_TRUE(eventually([&] { return is_active(one); })) << one.daemon().log();
  }
  static void stop(Deployment& one) { EXPECT_EQ(one.stop(), 0) << one.daemon().log(); }
  // It doesn't run, as it can't.
  static void expect_refused(Deployment& one, Release release, const std::string& why) {
    launch(one, release);
    EXPECT_EQ(one.daemon().process().wait(), 78) << one.daemon().log();
    EXPECT_NE(one.daemon().log().find(why), std::string::npos) << one.daemon().log();
  }
  std::string upgrade() const {
    const Finished done = run({TENANTSCOPE_NEXT, "storage", "init", "--upgrade",
                               "--config.file=" + south_.config_file().string()});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    return done.out;
  }
  std::string versions() const {
    return server_.ask("SELECT version || ' ' || min_reader FROM tenantscope.ledger");
  }

  static std::optional<double> metric(Deployment& one, const std::string& series) {
    try {
      return one.daemon().metrics()[series];
    } catch (const NoAnswer&) {
      return std::nullopt;
    }
  }
  static bool is_active(Deployment& one) { return metric(one, "tenantscope_replica_active") == 1; }
  static bool shows(Deployment& one, const std::string& scope) {
    return metric(one, tenant_series("region_scope", name, "global",
                                     fmt::format("scope=\"{}\",sub_scope=\"\"", scope))) == 1;
  }
  static HttpAnswer readiness(Deployment& one) {
    try {
      return http_get(one.daemon().url() + "/-/ready");
    } catch (const NoAnswer&) {
      return {};
    }
  }
  void change(const std::string& scope) const {
    authority_.change(name, fmt::format(R"({{"region_scope": "{}"}})", scope));
  }
  // What the journal has of changes, in order.
  std::string told() const {
    std::string scopes;
    for (const std::string& line :
         lines_of(server_.ask("SELECT string_agg(event || E'\\n', '' ORDER BY sequence) "
                              "FROM tenantscope.journal")))
      scopes += text_at(parsed(line), "/data/current/region_scope") + ' ';
    return scopes;
  }
  void expect_told(const std::string& scopes) const {
    EXPECT_TRUE(eventually([&] {
      return told() == scopes && server_.ask("SELECT count(*) FROM tenantscope.outbox") == "0";
    })) << told();
  }
  void expect_posted_once() const {
    const std::size_t events = std::stoul(server_.ask("SELECT count(*) FROM tenantscope.journal"));
    std::map<std::string, int> posts;
    for (const Post& post : receiver_.posts())
      EXPECT_EQ(++posts[post.id()], 1) << post.id();
    EXPECT_EQ(posts.size(), events);
  }

  PostgresServer server_;
  Receiver receiver_;
  Simulator authority_{fmt::format("tenants:\n  - {{name: {}, region_scope: V0}}\n", name)};
  Deployment north_{configured("north")};
  Deployment south_{configured("south")};
};

// As docs/fleet.md has it.
TEST_F(Versions, OneTakesTheOthersPlaceWithoutALoss) {
  start_active(north_, Release::ours);
  expect_told("V0 ");
  expect_refused(south_, Release::next, "run `tenantscope storage init --upgrade`");
  const std::string upgraded = upgrade();
  EXPECT_NE(upgraded.find("is of version 2 now, and was of version 1"), std::string::npos)
      << upgraded;
  EXPECT_NE(upgraded.find("`north`"), std::string::npos) << upgraded;
  EXPECT_EQ(versions(), "2 1");
  change("V1");
  expect_told("V0 V1 ");
  start_standby(south_, Release::next, "V1");
  stop(north_);
  await_active(south_);
  change("V2");
  expect_told("V0 V1 V2 ");
  start_standby(north_, Release::ours, "V2");
  stop(south_);
  await_active(north_);
  change("V3");
  expect_told("V0 V1 V2 V3 ");
  start_standby(south_, Release::next, "V3");
  EXPECT_NE(upgrade().find("`north`"), std::string::npos);
  EXPECT_EQ(versions(), "2 1") << "it would keep the active one out";
  stop(north_);
  await_active(south_);
  EXPECT_NE(upgrade().find("are kept out from now on"), std::string::npos);
  EXPECT_EQ(versions(), "2 2");
  expect_refused(north_, Release::ours,
                 "needs programs that know version 2 of its tables, and this one knows 1");
  change("V4");
  expect_told("V0 V1 V2 V3 V4 ");
  expect_posted_once();
  EXPECT_TRUE(is_active(south_));
  stop(south_);
}

// By somebody's own statement: `storage init --upgrade` doesn't.
TEST_F(Versions, WhoIsOutdatedWhileItRunsShowsWhatIsStored) {
  start_active(north_, Release::ours);
  expect_told("V0 ");
  start_standby(south_, Release::ours, "V0");
  upgrade();
  server_.ask("UPDATE tenantscope.ledger SET min_reader = 2");
  for (Deployment* one : {&north_, &south_}) {
    ASSERT_TRUE(eventually([&] {
      const HttpAnswer ready = readiness(*one);
      return ready.status == 503 && ready.body.find("is outdated") != std::string::npos;
    })) << one->daemon().log();
    EXPECT_TRUE(eventually([&] { return shows(*one, "V0"); })) << one->daemon().log();
    EXPECT_FALSE(is_active(*one));
    EXPECT_EQ(one->daemon().api("/api/v1/status").at("replica").at("state"), "outdated");
    EXPECT_EQ(one->daemon().metrics()["tenantscope_replicas{state=\"outdated\"}"], 1);
    EXPECT_NE(http_get(one->daemon().url() + "/").body.find("is outdated"), std::string::npos);
    EXPECT_EQ(lines_with(one->daemon().log(), {"level=error", "outdated"}).size(), 1u)
        << one->daemon().log();
  }
  EXPECT_EQ(server_.ask("SELECT count(*) FROM tenantscope.replicas"), "0");
  change("V1");
  Deployment west(configured("west"));
  start_active(west, Release::next);
  expect_told("V0 V1 ");
  for (Deployment* one : {&north_, &south_}) {
    EXPECT_TRUE(eventually([&] { return shows(*one, "V1"); })) << one->daemon().log();
    EXPECT_TRUE(eventually([&] {
      return readiness(*one).body.find("active is `west`") != std::string::npos;
    })) << readiness(*one).body;
    const HttpAnswer asked =
        http_get(one->daemon().url() + "/api/v1/explain?host=" + name + "&guest=other.example");
    EXPECT_EQ(asked.status, 503u) << asked.body;
    stop(*one);
  }
  stop(west);
  expect_posted_once();
}

// It loses the server, and finds a ledger that it is too old for.
TEST_F(Versions, WhoIsOutdatedWhenItsServerComesBackGoesOnToo) {
  start_active(north_, Release::ours);
  expect_told("V0 ");
  start_standby(south_, Release::ours, "V0");
  upgrade();
  north_.daemon().process().signal(SIGSTOP);
  south_.daemon().process().signal(SIGSTOP);
  server_.kill();
  server_.start();
  server_.ask("UPDATE tenantscope.ledger SET min_reader = 2");
  for (Deployment* one : {&north_, &south_})
    one->daemon().process().signal(SIGCONT);
  for (Deployment* one : {&north_, &south_}) {
    ASSERT_TRUE(eventually([&] {
      const HttpAnswer ready = readiness(*one);
      return ready.status == 503 && ready.body.find("is outdated") != std::string::npos;
    })) << one->daemon().log();
    EXPECT_TRUE(eventually([&] { return shows(*one, "V0"); })) << one->daemon().log();
    stop(*one);
  }
}

}  // namespace
}  // namespace tenantscope::e2e
