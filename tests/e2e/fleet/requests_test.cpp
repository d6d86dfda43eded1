// What a standby of a ledger in a real PostgreSQL is asked to do: a drill and a redelivery, which
// the active daemon carries out, once; and to take its configuration anew, which is its own.
#include <chrono>
#include <iostream>

#include "e2e/fleet/two_replicas.hpp"

namespace tenantscope::e2e {
namespace {

class StandbyRequests : public TwoReplicas {
 protected:
  std::vector<json::object> drills() {
    return of_type(north_.daemon().events(), "tenantscope.drill.v1");
  }
  std::string rows() const { return server_.ask("SELECT count(*) FROM tenantscope.requests"); }
  static HttpAnswer post(Deployment& one, const std::string& target) {
    return http("POST", one.daemon().url() + target);
  }
  static bool watches(Deployment& one, const std::string& tenant) {
    try {
      return http_get(one.daemon().url() + "/api/v1/tenants/" + tenant).status == 200;
    } catch (const NoAnswer&) {
      return false;
    }
  }
  static void restart_operable(Deployment& one, const std::string& url) {
    EXPECT_EQ(one.stop(), 0) << one.daemon().log();
    launch_operable(one, url);
  }
  static void launch_operable(Deployment& one, const std::string& url) {
    one.launch({"--web.listen-address=127.0.0.1:0", "--web.enable-lifecycle",
                "--web.external-url=" + url});
  }
};

TEST_F(StandbyRequests, AreCarriedOutByTheActiveOne) {
  const std::string storage = "--storage.path=" + south_.storage().string();
  const auto asked = std::chrono::steady_clock::now();
  const Finished drill = run_tenantscope({"drill", "--tenant=keeper.example", "--to=V9", storage});
  const auto took = std::chrono::steady_clock::now() - asked;
  ASSERT_EQ(drill.exit_code, 0) << drill.err << south_.daemon().log() << north_.daemon().log();
  std::cout << "a drill asked of a standby took "
            << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms\n";
  const std::vector<json::object> told = drills();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(drill.out,
            fmt::format("drill {} is on its way to the sinks\n", text_at(told[0], "/sequence")));
  const std::string id = text_at(told[0], "/id");
  const auto posts_of_it = [&] {
    std::size_t count = 0;
    for (const Post& post : receiver_.posts())
      count += post.id() == id;
    return count;
  };
  ASSERT_TRUE(eventually([&] { return posts_of_it() == 1; })) << north_.daemon().log();
  const Finished again =
      run_tenantscope({"events", "redeliver", "--sink=hook", "--id=" + id, storage});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(again.out, "1 event goes to hook again\n");
  EXPECT_TRUE(eventually([&] { return posts_of_it() == 2; })) << north_.daemon().log();
  EXPECT_TRUE(eventually([&] { return rows() == "0"; })) << rows();
  const std::string log = north_.daemon().log();
  EXPECT_NE(log.find("asked by a standby"), std::string::npos) << log;
  EXPECT_NE(south_.daemon().log().find("operation=drill"), std::string::npos);
}

TEST_F(StandbyRequests, AreAnsweredAsTheActiveOneWould) {
  restart_operable(south_, "http://south.example");
  ASSERT_TRUE(eventually([&] { return shows(south_, "V0"); })) << south_.daemon().log();
  EXPECT_EQ(north_.stop(), 0) << north_.daemon().log();
  ASSERT_TRUE(eventually([&] { return is_active(south_); })) << south_.daemon().log();
  launch_operable(north_, "http://north.example");
  ASSERT_TRUE(eventually([&] { return shows(north_, "V0"); })) << north_.daemon().log();
  for (const char* target :
       {"/api/v1/drill", "/api/v1/drill?tenant=other.example&to=USG",
        "/api/v1/drill?tenant=keeper.example&to=V9&render=true&sink=none",
        "/api/v1/drill?tenant=keeper.example&to=V9&render=yes", "/api/v1/redeliver?sink=none&id=x",
        "/api/v1/redeliver?sink=hook&id=x", "/api/v1/redeliver?sink=hook&since=then"}) {
    const HttpAnswer active = post(south_, target), standby = post(north_, target);
    EXPECT_EQ(standby.status, active.status) << target;
    EXPECT_EQ(standby.content_type, active.content_type) << target;
    EXPECT_EQ(standby.body, active.body) << target;
  }
  const HttpAnswer rendered =
      post(north_, "/api/v1/drill?tenant=keeper.example&to=V9&render=true&sink=hook");
  EXPECT_EQ(rendered.status, 200) << rendered.body;
  EXPECT_NE(rendered.body.find("keeper.example"), std::string::npos) << rendered.body;
  EXPECT_TRUE(of_type(south_.daemon().events(), "tenantscope.drill.v1").empty());
}

// Somebody was about to do it, and has gone: it may have been done.
TEST_F(StandbyRequests, AreDoneOnceAtMost) {
  server_.ask(
      "INSERT INTO tenantscope.requests (id, kind, arguments, asked_by, asked, expires, claimed) "
      "SELECT gen_random_uuid(), 'drill', '{\"tenant\":\"keeper.example\",\"to\":\"V9\"}', "
      "'south', "
      "clock_timestamp(), clock_timestamp() + interval '1 hour', claimed "
      "FROM (VALUES (1), (NULL)) AS given(claimed)");
  ASSERT_TRUE(eventually([&] { return !drills().empty(); })) << north_.daemon().log();
  ASSERT_TRUE(eventually([&] {
    return server_.ask("SELECT count(*) FROM tenantscope.requests WHERE answer IS NOT NULL") == "1";
  }));
  north_.daemon().process().signal(SIGKILL);
  (void)north_.daemon().process().wait();
  ASSERT_TRUE(eventually([&] { return is_active(south_); })) << south_.daemon().log();
  const std::string storage = "--storage.path=" + south_.storage().string();
  EXPECT_EQ(run_tenantscope({"drill", "--tenant=keeper.example", "--to=V8", storage}).exit_code, 0);
  EXPECT_EQ(of_type(south_.daemon().events(), "tenantscope.drill.v1").size(), 2u)
      << "the one that was asked for last, and one of before";
}

TEST_F(StandbyRequests, IncludeToTakeItsConfigurationAnew) {
  const std::string url = south_.daemon().url();
  south_.configure(configured("south", ", {name: second.example}"));
  south_.reload();
  ASSERT_TRUE(eventually([&] { return watches(south_, "second.example"); }))
      << south_.daemon().log();
  EXPECT_FALSE(watches(north_, "second.example"));
  EXPECT_TRUE(eventually([&] {
    const Metrics metrics = south_.daemon().metrics();
    return metrics["tenantscope_replica_active"] == 0 &&
           metrics["tenantscope_replica_config_matches"] == 0;
  })) << south_.daemon().log();
  EXPECT_EQ(http_get(url + "/-/ready").status, 200) << "at the same address";

  south_.configure("tenants: 1\n");
  south_.reload();
  EXPECT_TRUE(eventually(
      [&] { return south_.daemon().metrics()["tenantscope_config_last_reload_successful"] == 0; }));
  EXPECT_TRUE(watches(south_, "second.example")) << "the last good one stays";

  north_.daemon().process().signal(SIGKILL);
  (void)north_.daemon().process().wait();
  ASSERT_TRUE(eventually([&] { return is_active(south_); })) << south_.daemon().log();
  EXPECT_EQ(http_get(url + "/-/ready").body, "tenantscope is ready\n");
  EXPECT_TRUE(watches(south_, "second.example")) << "and is the active one's";
}

TEST_F(StandbyRequests, IncludeAReloadOverHttpWhichIsAnswered) {
  restart_operable(south_, "http://south.example");
  ASSERT_TRUE(eventually([&] { return shows(south_, "V0"); })) << south_.daemon().log();
  south_.configure(configured("south", ", {name: second.example}"));
  const HttpAnswer reloaded = post(south_, "/-/reload");
  EXPECT_EQ(reloaded.status, 200);
  EXPECT_EQ(reloaded.body, "reloaded\n");
  ASSERT_TRUE(eventually([&] { return watches(south_, "second.example"); }))
      << south_.daemon().log();
  south_.configure(configured("east"));
  ASSERT_TRUE(eventually([&] { return shows(south_, "V0"); }));
  const HttpAnswer refused = post(south_, "/-/reload");
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find("taken at the start alone"), std::string::npos) << refused.body;
}

}  // namespace
}  // namespace tenantscope::e2e
