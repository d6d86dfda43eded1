// Events that leave: what a webhook's receiver gets from the real daemon, drills and redelivery
// through the commands.
#include <gtest/gtest.h>

#include <atomic>
#include <boost/json/serialize.hpp>
#include <csignal>
#include <mutex>
#include <set>

#include <fmt/format.h>

#include "e2e/receiver.hpp"
#include "e2e/rehearsal.hpp"
#include "support/raw_server.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* scenario = R"(
tenants:
  - {name: agency.example, cloud: usgov, region_scope: USGov}
  - {name: contoso.example, region_scope: NA}
)";

class Sinks : public testing::Test {
 protected:
  Sinks() {
    write_file(deployment.folder() / "new.key",
               "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=\n");
    write_file(deployment.folder() / "old.key", "whsec_b2xkIG9sZCBvbGQgb2xkIG9sZCBvbGQgb2xkIG9s\n");
    write_file(deployment.folder() / "token", "a-token\n");
    configure();
  }

  void configure(const std::string& match = "{severities: [critical, warning]}") {
    deployment.configure(
        configuration(authority.url(), fmt::format(R"(
tenants:
  - {{name: agency.example, cloud: usgov, labels: {{team: identity}}}}
  - {{name: contoso.example}}
events:
  sinks:
    - {{name: audit, file: {{path: events.jsonl}}}}
    - name: soc
      match: {}
      webhook: {{url: "{}", secret_files: [new.key, old.key], authorization: {{credentials_file: token}}}}
)",
                                                   match, soc.url("/hook?key=1"))));
  }
  void start() {
    deployment.start({"--web.enable-lifecycle"});
    ASSERT_TRUE(eventually([&] {
      return deployment.daemon().metrics()["tenantscope_events_total{kind=\"baselined\"}"] == 2;
    }));
  }
  bool received(std::size_t count) {
    return eventually([&] { return soc.posts().size() >= count; });
  }
  std::string of_journal(std::size_t sequence) { return deployment.journal().at(sequence - 1); }

  Simulator authority{scenario};
  Receiver soc;
  Deployment deployment{""};
};

TEST_F(Sinks, AWebhookGetsWhatItMatchesSignedAndAuthorized) {
  start();
  authority.change("agency.example", R"({"region_scope": "USG"})");
  ASSERT_TRUE(received(1)) << deployment.daemon().log();
  const Post post = soc.posts().front();
  EXPECT_EQ(post.path, "/hook?key=1");
  EXPECT_EQ(post.header("content-type"), "application/cloudevents+json; charset=utf-8");
  EXPECT_EQ(post.header("authorization"), "Bearer a-token");
  EXPECT_EQ(post.body, of_journal(3));
  const json::object event = parsed(post.body);
  EXPECT_EQ(post.id(), text_at(event, "/id"));
  EXPECT_EQ(post.header("webhook-signature").substr(0, 3), "v1,");
  EXPECT_NE(post.header("webhook-signature").find(" v1,"), std::string::npos)
      << "each secret signs";
  EXPECT_EQ(text_at(event, "/data/severity"), "critical");
  for (const char* required : {"/specversion", "/id", "/source", "/type"})
    EXPECT_NE(text_at(event, required), "") << required;
  EXPECT_TRUE(eventually([&] {
    return deployment.daemon().metrics()["tenantscope_event_outbox_events{sink=\"soc\"}"] == 0;
  }));
  EXPECT_TRUE(eventually([&] {
    return deployment.daemon().metrics()["tenantscope_event_deliveries_total{sink=\"soc\"}"] == 1;
  }));
  EXPECT_EQ(soc.posts().size(), 1);
}

// A receiver that takes each token once.
TEST_F(Sinks, AWebhookGetsAnotherTokenWhereTheOneIsNotTakenAnyMore) {
  std::atomic<int> given = 0;
  const RawServer tokens([&](RawConnection& connection) {
    while (const auto head = connection.read_head()) {
      connection.read_body(*head);
      const std::string body = fmt::format("{{\"access_token\": \"token-{}\"}}", ++given);
      connection.send(
          fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body));
    }
  });
  std::mutex mutex;
  std::set<std::string> taken;
  const RawServer hook([&](RawConnection& connection) {
    while (const auto head = connection.read_head()) {
      connection.read_body(*head);
      const auto at = head->find("Authorization: Bearer ");
      const std::lock_guard lock(mutex);
      const bool fresh = at != head->npos && taken.insert(head->substr(at, 30)).second;
      connection.send(
          fmt::format("HTTP/1.1 {} So\r\nContent-Length: 0\r\n\r\n", fresh ? 200 : 401));
    }
  });
  std::string config =
      replaced(read_file(deployment.config_file()), "authorization: {credentials_file: token}",
               fmt::format("oauth2: {{client_id: me, client_secret_file: token, "
                           "token_url: \"{}/token\"}}",
                           tokens.url()));
  deployment.configure(replaced(config, soc.url("/hook?key=1"), hook.url() + "/hook"));
  start();
  for (const char* scope : {"USG", "USGov", "EU"}) {
    const std::size_t before = [&] {
      const std::lock_guard lock(mutex);
      return taken.size();
    }();
    authority.change("agency.example", fmt::format(R"({{"region_scope": "{}"}})", scope));
    ASSERT_TRUE(eventually([&] {
      const std::lock_guard lock(mutex);
      return taken.size() > before;
    })) << deployment.daemon().log();
  }
  EXPECT_EQ(given, 3);
}

TEST_F(Sinks, AReceiverThatWasAwayGetsWhatItMissed) {
  soc.answer(503);
  start();
  authority.change("agency.example", R"({"region_scope": "USG"})");
  ASSERT_TRUE(received(1));
  EXPECT_EQ(deployment.stop(), 0);
  soc.answer(200);
  deployment.start();
  ASSERT_TRUE(eventually([&] {
    return deployment.daemon().metrics()["tenantscope_event_deliveries_total{sink=\"soc\"}"] == 1;
  }));
  for (const Post& post : soc.posts())
    EXPECT_EQ(post.body, of_journal(3));
}

TEST_F(Sinks, WhatIsOnItsWayAtACleanStopDoesNotComeAgain) {
  soc.hold();
  configure("{}");
  deployment.start();
  ASSERT_TRUE(eventually([&] { return soc.holds(); }));
  deployment.daemon().process().signal(SIGTERM);
  deployment.daemon().process().await_line("stopping");
  soc.answer(200);
  EXPECT_EQ(deployment.daemon().process().wait(), 0);
  const std::size_t before = soc.posts().size();
  ASSERT_GE(before, 1);
  deployment.start();
  EXPECT_EQ(run_tenantscope({"drill", "--tenant=contoso.example", "--to=EU",
                             "--storage.path=" + deployment.storage().string()})
                .exit_code,
            0);
  EXPECT_EQ(run_tenantscope({"drill", "--tenant=agency.example", "--to=EU",
                             "--storage.path=" + deployment.storage().string()})
                .exit_code,
            0);
  ASSERT_TRUE(eventually([&] {
    return deployment.daemon().metrics()["tenantscope_event_outbox_events{sink=\"soc\"}"] == 0 &&
           soc.posts().size() >= 4;
  }));
  std::set<std::string> ids;
  for (const Post& post : soc.posts())
    EXPECT_TRUE(ids.insert(post.id()).second) << "it came again: " << post.body;
  EXPECT_EQ(ids.size(), 4) << "two baselines, two drills";
}

TEST_F(Sinks, OnlyRetentionTakesWhatWasNotDeliveredAndSaysSo) {
  soc.answer(503);
  configure("{}");
  start();
  authority.change("agency.example", R"({"region_scope": "USG"})");
  ASSERT_TRUE(eventually([&] {
    return deployment.daemon().metrics()["tenantscope_event_outbox_events{sink=\"soc\"}"] == 3;
  }));
  deployment.stop();
  std::string config = read_file(deployment.config_file());
  config.replace(config.find("events:\n"), 8, "events:\n  retention_events: 1\n");
  deployment.configure(config);
  deployment.start();
  ASSERT_TRUE(eventually([&] {
    return deployment.daemon().metrics()["tenantscope_events_dropped_total{sink=\"soc\"}"] == 2;
  })) << deployment.daemon().log();
  EXPECT_EQ(deployment.daemon().metrics()["tenantscope_events_dropped_total{sink=\"audit\"}"], 0)
      << "it had taken them";
  EXPECT_EQ(lines_with(deployment.daemon().log(),
                       {"events dropped undelivered by retention", "sink=soc", "events=2"})
                .size(),
            1);
  soc.answer(200);
  ASSERT_TRUE(eventually([&] {
    return deployment.daemon().metrics()["tenantscope_event_deliveries_total{sink=\"soc\"}"] == 1;
  })) << deployment.daemon().log();
  EXPECT_EQ(soc.posts().back().body, deployment.journal().at(0));
}

TEST_F(Sinks, ADrillGoesThroughTheSinksAndTouchesNothing) {
  start();
  const auto capability = [&] {
    return deployment.daemon().metrics()[tenant_series("b2b_capability", "agency.example", "usgov",
                                                       "state=\"supported\"")];
  };
  const Finished by_storage = run_tenantscope({"drill", "--tenant=agency.example", "--to=USG",
                                               "--storage.path=" + deployment.storage().string()});
  EXPECT_EQ(by_storage.exit_code, 0) << by_storage.err;
  EXPECT_EQ(by_storage.out, "drill 00000000000000000003 is on its way to the sinks\n");
  ASSERT_TRUE(received(1));
  const json::object event = parsed(soc.posts().front().body);
  EXPECT_EQ(text_at(event, "/type"), "tenantscope.drill.v1");
  EXPECT_EQ(text_at(event, "/drill"), "true");
  EXPECT_EQ(text_at(event, "/data/drill"), "true");
  EXPECT_EQ(text_at(event, "/data/severity"), "critical");
  EXPECT_EQ(text_at(event, "/subject"), "agency.example");

  const Finished by_url = run_tenantscope({"drill", "--tenant=agency.example@usgov",
                                           "--to=not_found", "--url=" + deployment.daemon().url()});
  EXPECT_EQ(by_url.exit_code, 0) << by_url.err;
  EXPECT_EQ(deployment.daemon().events().size(), 4) << "two baselines, two drills";
  ASSERT_TRUE(received(2));
  EXPECT_NE(soc.posts()[1].id(), soc.posts()[0].id());

  EXPECT_EQ(capability(), 1);
  const Metrics metrics = deployment.daemon().metrics();
  EXPECT_EQ(metrics["tenantscope_events_total{kind=\"drill\"}"], 2);
  EXPECT_EQ(metrics["tenantscope_events_total{kind=\"changed\"}"], 0);
  EXPECT_EQ(metrics[tenant_series("change_pending", "agency.example", "usgov")], 0);
  const Finished listed =
      run_tenantscope({"events", "--storage.path=" + deployment.storage().string(), "--after=2"});
  EXPECT_NE(
      listed.out.find("critical DRILL, nothing has changed: agency.example@usgov: region scope "
                      "USGov -> USG, B2B supported -> not supported."),
      std::string::npos)
      << listed.out;
}

TEST_F(Sinks, ADrillSaysWhyItCannotBe) {
  const Finished alone = run_tenantscope({"drill", "--tenant=agency.example", "--to=USG",
                                          "--storage.path=" + deployment.storage().string()});
  EXPECT_EQ(alone.exit_code, 1);
  EXPECT_NE(alone.err.find("no daemon is running on the storage"), std::string::npos) << alone.err;
  start();
  const Finished unknown = run_tenantscope({"drill", "--tenant=nobody.example", "--to=USG",
                                            "--storage.path=" + deployment.storage().string()});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_NE(unknown.err.find("`nobody.example` is not watched"), std::string::npos) << unknown.err;
  EXPECT_EQ(run_tenantscope({"drill", "--tenant=agency.example"}).exit_code, 2);
  EXPECT_EQ(
      run_tenantscope({"drill", "--tenant=agency.example", "--to=USG", "--url=http://127.0.0.1:1"})
          .exit_code,
      1);
  deployment.daemon().process().signal(SIGKILL);
  deployment.daemon().process().wait();
  const Finished killed = run_tenantscope({"drill", "--tenant=agency.example", "--to=USG",
                                           "--storage.path=" + deployment.storage().string()});
  EXPECT_EQ(killed.exit_code, 1);
  EXPECT_NE(killed.err.find("the daemon on"), std::string::npos) << killed.err;
  deployment.start();
  const Finished again = run_tenantscope({"drill", "--tenant=agency.example", "--to=USG",
                                          "--storage.path=" + deployment.storage().string()});
  EXPECT_EQ(again.exit_code, 0) << again.err;
}

TEST_F(Sinks, RedeliversOneEventOrAllThatTheSinkWants) {
  start();
  authority.change("agency.example", R"({"region_scope": "USG"})");
  ASSERT_TRUE(received(1));
  const std::string id = soc.posts().front().id();
  const std::string storage = "--storage.path=" + deployment.storage().string();
  const auto goes_again = [](const std::string& which, const std::string& how) {
    const Finished finished = run_tenantscope({"events", "redeliver", "--sink=soc", which, how});
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    EXPECT_TRUE(finished.out == "0 events go to soc again\n" ||
                finished.out == "1 event goes to soc again\n")
        << "the baselines don't match: " << finished.out;
    return finished.out.starts_with("1 ");
  };
  // The receiver has it before the outbox knows, where it still is then.
  ASSERT_TRUE(eventually([&] { return goes_again("--id=" + id, storage); }));
  ASSERT_TRUE(received(2));
  ASSERT_TRUE(
      eventually([&] { return goes_again("--since=1h", "--url=" + deployment.daemon().url()); }));
  ASSERT_TRUE(received(3));
  for (const Post& post : soc.posts()) {
    EXPECT_EQ(post.id(), id);
    EXPECT_EQ(post.body, of_journal(3));
  }
  const Finished no_sink =
      run_tenantscope({"events", "redeliver", "--sink=sco", "--id=" + id, storage});
  EXPECT_EQ(no_sink.exit_code, 1);
  EXPECT_NE(no_sink.err.find("no sink is named `sco`"), std::string::npos) << no_sink.err;
  EXPECT_EQ(run_tenantscope({"events", "redeliver", "--sink=soc", storage}).exit_code, 2);
  EXPECT_EQ(run_tenantscope({"events", "redeliver", "--sink=soc", "--since=yesterday", storage})
                .exit_code,
            2);
}

TEST_F(Sinks, AReloadWithAnotherMatchHoldsFromThenOn) {
  configure("{labels: {team: network}}");
  start();
  authority.change("agency.example", R"({"region_scope": "USG"})");
  ASSERT_TRUE(eventually([&] {
    return deployment.daemon().metrics()["tenantscope_events_total{kind=\"changed\"}"] == 1;
  }));
  configure("{labels: {team: identity}}");
  deployment.reload();
  authority.change("agency.example", R"({"region_scope": "USGov"})");
  ASSERT_TRUE(received(1));
  EXPECT_EQ(soc.posts().front().body, of_journal(4));
}

}  // namespace
}  // namespace tenantscope::e2e
