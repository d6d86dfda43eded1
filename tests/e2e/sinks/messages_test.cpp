// Messages for people's channels, as the daemon sends them: a receiver of each kind of service,
// which checks what its documentation demands, is told of a change of a tenant in thirty pairs.
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include <fmt/format.h>

#include "e2e/receiver.hpp"
#include "e2e/rehearsal.hpp"
#include "support/service_rules.hpp"

namespace tenantscope::e2e {
namespace {

constexpr int guests = 30;

std::string scenario() {
  std::string text = "tenants:\n  - {name: agency.example, cloud: usgov, region_scope: USGov}\n";
  for (int guest = 0; guest < guests; ++guest)
    text +=
        fmt::format("  - {{name: guest{}.example, cloud: usgov, region_scope: USGov}}\n", guest);
  return text;
}

std::string guest_names() {
  std::string names;
  for (int guest = 0; guest < guests; ++guest)
    names += fmt::format("{}guest{}.example", guest == 0 ? "" : ", ", guest);
  return names;
}

class Messages : public testing::Test {
 protected:
  Messages() {
    write_file(deployment.folder() / "slack.url", slack.url("/services/T0/B0/CANARYurl") + "\n");
    write_file(deployment.folder() / "key", "CANARYkey\n");
    slack.answer(200, "ok");
    configure();
  }

  void configure(const std::string& slack_keys = "template: slack, success_body: ok") {
    deployment.configure(configuration(
        authority.url(), fmt::format(R"yaml(
tenants:
  - {{name: agency.example, labels: {{team: "<!channel> [click](https://evil)"}}}}
collaborations:
  - {{name: joint, hosts: [agency.example], guests: [{}]}}
events:
  sinks:
    - {{name: slack, match: {{severities: [critical, warning]}}, webhook: {{url_file: slack.url, {}}}}}
    - name: teams
      match: {{severities: [critical, warning]}}
      webhook: {{url: "{}", template: teams}}
    - name: pagerduty
      match: {{severities: [critical, warning]}}
      webhook: {{url: "{}", template: pagerduty, template_value_files: {{routing_key: key}}}}
)yaml",
                                     guest_names(), slack_keys, teams.url("/workflows"),
                                     pagerduty.url("/v2/enqueue"))));
  }

  void start() {
    deployment.start({"--log.level=debug", "--web.external-url=https://tenantscope.example/x"});
    ASSERT_TRUE(eventually([&] {
      return deployment.daemon().metrics()["tenantscope_events_total{kind=\"baselined\"}"] ==
             guests + 1;
    }));
  }
  bool delivered(const std::string& sink, double events) {
    return eventually([&] {
      return deployment.daemon()
                 .metrics()["tenantscope_event_deliveries_total{sink=\"" + sink + "\"}"] == events;
    });
  }
  Finished render(const std::string& sink, const std::string& to = "USG") {
    return run_tenantscope({"drill", "--tenant=agency.example", "--to=" + to, "--render",
                            "--sink=" + sink, "--storage.path=" + deployment.storage().string()});
  }

  Simulator authority{scenario()};
  Receiver slack, teams, pagerduty;
  Deployment deployment{""};
};

TEST_F(Messages, TellOfAChangeAndItsThirtyPairsInOnePostEach) {
  start();
  authority.change("agency.example", R"({"region_scope": "USG"})");
  for (const char* sink : {"slack", "teams", "pagerduty"})
    ASSERT_TRUE(delivered(sink, guests + 1)) << sink << deployment.daemon().log();
  for (const Receiver* receiver : {&slack, &teams, &pagerduty}) {
    ASSERT_EQ(receiver->posts().size(), 1u);
    const Post post = receiver->posts().front();
    EXPECT_EQ(post.header("content-type"), "application/json");
    for (int guest = 0; guest < guests; ++guest)
      EXPECT_NE(post.body.find(fmt::format("guest{}.example", guest)), std::string::npos);
  }
  EXPECT_EQ(ServiceRules::of_slack(slack.posts()[0].body), Breaches());
  EXPECT_EQ(ServiceRules::of_teams(teams.posts()[0].body), Breaches());
  EXPECT_EQ(ServiceRules::of_pagerduty(pagerduty.posts()[0].body), Breaches());
  EXPECT_EQ(slack.posts()[0].path, "/services/T0/B0/CANARYurl");
  EXPECT_EQ(slack.posts()[0].body.find("<!channel>"), std::string::npos);
  EXPECT_NE(slack.posts()[0].body.find("<https://tenantscope.example/x|tenantscope>"),
            std::string::npos);
  const json::object incident = parsed(pagerduty.posts()[0].body);
  EXPECT_EQ(text_at(incident, "/routing_key"), "CANARYkey");
  EXPECT_EQ(text_at(incident, "/event_action"), "trigger");

  authority.change("agency.example", R"({"region_scope": "USGov"})");
  ASSERT_TRUE(delivered("pagerduty", 2 * (guests + 1)));
  const json::object resolved = parsed(pagerduty.posts().back().body);
  EXPECT_EQ(text_at(resolved, "/event_action"), "resolve");
  EXPECT_EQ(text_at(resolved, "/dedup_key"), text_at(incident, "/dedup_key"));
}

TEST_F(Messages, ComeAgainAsTheyAreUntilTheyAreTaken) {
  start();
  slack.answer(503);
  authority.change("agency.example", R"({"region_scope": "USG"})");
  ASSERT_TRUE(eventually([&] { return !slack.posts().empty(); }));
  EXPECT_EQ(deployment.stop(), 0);
  slack.answer(200, "ok");
  deployment.start();
  ASSERT_TRUE(delivered("slack", guests + 1));
  for (const Post& post : slack.posts()) {
    EXPECT_EQ(post.id(), slack.posts().front().id());
    if (post.status == 200)
      continue;
    EXPECT_EQ(json::parse(post.body).at("blocks"),
              json::parse(slack.posts().front().body).at("blocks"));
  }
}

TEST_F(Messages, ArentTakenByAnAnswerThatSaysOtherwise) {
  start();
  slack.answer(200, "error: channel_is_archived");
  authority.change("agency.example", R"({"region_scope": "USG"})");
  ASSERT_TRUE(eventually([&] { return slack.posts().size() == 1; }));
  ASSERT_TRUE(eventually([&] {
    return !lines_with(deployment.daemon().log(), {"sink=slack", "channel_is_archived"}).empty();
  })) << deployment.daemon().log();
  slack.answer(200, "ok");
  deployment.reload();
  ASSERT_TRUE(delivered("slack", guests + 1));
}

TEST_F(Messages, AreRenderedAndNotSent) {
  start();
  const Finished rendered = render("slack");
  ASSERT_EQ(rendered.exit_code, 0) << rendered.err;
  EXPECT_EQ(ServiceRules::of_slack(rendered.out), Breaches()) << rendered.out;
  EXPECT_NE(rendered.out.find("DRILL"), std::string::npos);
  const Finished incident = render("pagerduty");
  EXPECT_EQ(ServiceRules::of_pagerduty(incident.out), Breaches());
  EXPECT_EQ(text_at(parsed(incident.out), "/routing_key"), "<secret>");
  EXPECT_EQ(deployment.daemon().events().size(), guests + 1u) << "it is in no journal";
  for (const Receiver* receiver : {&slack, &teams, &pagerduty})
    EXPECT_TRUE(receiver->posts().empty());
  EXPECT_EQ(deployment.daemon().metrics()["tenantscope_events_total{kind=\"drill\"}"], 0);
}

TEST_F(Messages, SayWhyTheyCannotBeRendered) {
  start();
  const Finished unknown = render("slak");
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_NE(unknown.err.find("no sink is named `slak`"), std::string::npos) << unknown.err;
  const Finished unwanted = render("slack", "USGov");
  EXPECT_EQ(unwanted.exit_code, 1);
  EXPECT_NE(unwanted.err.find("the sink `slack` wouldn't get it, by its `match`"),
            std::string::npos)
      << unwanted.err;
  for (const std::string flag : {"--render", "--sink=slack"}) {
    const Finished half = run_tenantscope({"drill", "--tenant=agency.example", "--to=USG", flag,
                                           "--storage.path=" + deployment.storage().string()});
    EXPECT_EQ(half.exit_code, 2) << half.err;
  }
}

TEST_F(Messages, OfATemplateOfOnesOwnAreCheckedAndFollowed) {
  write_file(deployment.folder() / "mine.mustache",
             "{{! for: slack }}\n{\"text\": \"{{data.tennant}}\"}\n");
  configure("template: mine.mustache");
  const Finished wrong = run_tenantscope({"config", "check", deployment.config_file().string()});
  EXPECT_EQ(wrong.exit_code, 78);
  EXPECT_NE(wrong.out.find("mine.mustache:2:11: no event has a field `data.tennant`; did you mean "
                           "`tenant`?"),
            std::string::npos)
      << wrong.out;
  write_file(deployment.folder() / "mine.mustache",
             "{{! for: slack }}\n{\"text\": \"{{data.tenant}} one\"}\n");
  start();
  EXPECT_NE(render("slack").out.find("agency.example one"), std::string::npos);
  write_file(deployment.folder() / "mine.mustache",
             "{{! for: slack }}\n{\"text\": \"{{data.tenant}} two\"}\n");
  deployment.reload();
  EXPECT_NE(render("slack").out.find("agency.example two"), std::string::npos);
}

TEST_F(Messages, ShowNoSecretAnywhere) {
  start();
  slack.answer(404, "no such hook: /services/T0/B0/CANARYurl");
  pagerduty.answer(400, "bad key");
  authority.change("agency.example", R"({"region_scope": "USG"})");
  ASSERT_TRUE(eventually([&] {
    return !lines_with(deployment.daemon().log(), {"sink=slack", "status 404"}).empty() &&
           !lines_with(deployment.daemon().log(), {"sink=pagerduty", "status 400"}).empty();
  })) << deployment.daemon().log();
  EXPECT_EQ(render("pagerduty").out.find("CANARY"), std::string::npos);
  for (const char* path : {"/", "/config", "/metrics", "/api/v1/status", "/api/v1/events"})
    EXPECT_EQ(http_get(deployment.daemon().url() + path).body.find("CANARY"), std::string::npos)
        << path;
  EXPECT_EQ(deployment.stop(), 0);
  EXPECT_EQ(deployment.daemon().log().find("CANARY"), std::string::npos)
      << deployment.daemon().log();
}

}  // namespace
}  // namespace tenantscope::e2e
