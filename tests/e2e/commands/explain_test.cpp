// Can HOST invite GUEST: asked by hand, of a daemon, of its storage; and the declared pairs over
// HTTP.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include <fmt/format.h>

#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* scenario = R"(
tenants:
  - {name: agency.example, tenant_id: 00000000-0000-0000-0000-00000000000a, cloud: usgov, region_scope: USGov}
  - {name: old.example, cloud: usgov, region_scope: USG}
  - {name: contoso.example, tenant_id: 00000000-0000-0000-0000-00000000000c, region_scope: NA}
  - {name: portal.example, fault: html}
)";

constexpr const char* rest = R"(
tenants:
  - {name: agency.example, cloud: usgov}
  - {name: old.example, cloud: usgov}
collaborations:
  - {name: joint, hosts: [agency.example], guests: [contoso.example, "identity:saml"]}
  - {name: settled, hosts: [agency.example], guests: [contoso.example], cross_cloud: enabled}
)";

class Explain : public testing::Test {
 protected:
  Finished explain(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "explain");
    arguments.push_back("--config.file=" + deployment.config_file().string());
    return run_tenantscope(std::move(arguments));
  }
  json::object explained(std::vector<std::string> arguments) {
    arguments.push_back("--output=json");
    const Finished finished = explain(std::move(arguments));
    return parsed(finished.out);
  }
  void start() {
    deployment.start();
    ASSERT_TRUE(eventually([&] {
      return deployment.daemon().metrics()["tenantscope_events_total{kind=\"baselined\"}"] == 3;
    }));
  }

  const Simulator authority{scenario};
  Deployment deployment{configuration(authority.url(), rest)};
};

TEST_F(Explain, AsksNow) {
  const json::object pair = explained({"agency.example", "contoso.example"});
  EXPECT_EQ(text_at(pair, "/host"), "agency.example");
  EXPECT_EQ(text_at(pair, "/guest"), "contoso.example");
  EXPECT_EQ(text_at(pair, "/capability"), "conditional");
  EXPECT_EQ(text_at(pair, "/rule"), "pair-global-usgov");
  EXPECT_EQ(text_at(pair, "/rules"), "docs-2026");
  EXPECT_EQ(text_at(pair, "/error"), "null");
  EXPECT_EQ(text_at(pair, "/host_facts/environment"), "azure_government");
  EXPECT_EQ(text_at(pair, "/guest_facts/tenant_id"), "00000000-0000-0000-0000-00000000000c");
  EXPECT_TRUE(text_at(pair, "/guest_facts/seen").starts_with("20"));
  EXPECT_EQ(text_at(pair, "/cross_cloud"), "unset") << "`joint` and `settled` differ";
  EXPECT_EQ(text_at(pair, "/cross_cloud_from"), "null");
  EXPECT_NE(text_at(pair, "/limits/0").find("joint: unset; settled: enabled"), std::string::npos);
  EXPECT_EQ(pair.at("advice").as_array().size(), 3);
  EXPECT_NE(text_at(pair, "/advice/0").find("the host, at entra.microsoft.us, adds"),
            std::string::npos);
  EXPECT_NE(text_at(pair, "/advice/0").find("00000000-0000-0000-0000-00000000000c"),
            std::string::npos);
  const json::object given =
      explained({"agency.example", "contoso.example", "--cross-cloud=enabled"});
  EXPECT_EQ(text_at(given, "/capability"), "supported");
  EXPECT_EQ(text_at(given, "/cross_cloud_from"), "flag");
  EXPECT_EQ(
      text_at(explained({"agency.example", "contoso.example", "--rules=seed-2022"}), "/capability"),
      "not_supported");
  EXPECT_EQ(text_at(explained({"agency.example", "identity:microsoft"}), "/capability"),
            "supported");
  EXPECT_EQ(text_at(explained({"old.example@usgov", "contoso.example"}), "/host"),
            "old.example@usgov");
}

TEST_F(Explain, SaysItInWords) {
  const Finished told = explain({"old.example", "contoso.example"});
  EXPECT_EQ(told.exit_code, 0) << told.err;
  for (const char* part :
       {"Can old.example invite contoso.example?\n", "answer      not_supported\n",
        "region scope USG, which doesn't support B2B", "to do       Create a member account",
        "another email address", "rule        pair-host-usg of docs-2026",
        "host        usgov, region scope USG; environment Azure Government; tenant ID ",
        "; asked in usgov; seen 20", "guest       global, region scope NA; environment Commercial",
        "tenant ID 00000000-0000-0000-0000-00000000000c; asked in global; seen 20", "2025-07-07"})
    EXPECT_NE(told.out.find(part), std::string::npos) << part << "\n" << told.out;
  EXPECT_EQ(told.out.find('\033'), std::string::npos) << "no colour but on a terminal";
}

TEST_F(Explain, IsColouredOnATerminal) {
  const std::string command = fmt::format("{} explain old.example contoso.example --config.file={}",
                                          TENANTSCOPE_BINARY, deployment.config_file().string());
  const Finished told =
      run({"/usr/bin/script", "--quiet", "--return", "--command", command, "/dev/null"});
  EXPECT_EQ(told.exit_code, 0);
  EXPECT_NE(told.out.find("answer      \033[31mnot_supported\033[0m"), std::string::npos)
      << told.out;
}

TEST_F(Explain, NotFoundIsAnAnswerAndAFailureIsNone) {
  const Finished missing = explain({"contoso.example", "missing.example", "--output=json"});
  EXPECT_EQ(missing.exit_code, 0);
  EXPECT_EQ(text_at(parsed(missing.out), "/capability"), "unknown");
  const Finished failed = explain({"contoso.example", "portal.example", "--output=json"});
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_EQ(text_at(parsed(failed.out), "/error"), "not_json");
  EXPECT_TRUE(text_at(parsed(failed.out), "/explanation")
                  .starts_with("The guest's tenant, portal.example, couldn't be asked: not_json ("))
      << failed.out;
  EXPECT_EQ(text_at(parsed(failed.out), "/guest_facts/error"), "not_json");
  EXPECT_EQ(explain({"contoso.example", "identity:facebook"}).exit_code, 2);
  EXPECT_EQ(explain({"contoso.example", "common"}).exit_code, 2);
  EXPECT_EQ(explain({"contoso.example", "a.example@nowhere"}).exit_code, 2);
  EXPECT_EQ(explain({"contoso.example"}).exit_code, 2);
}

TEST_F(Explain, PointsAGuestThatIsNotFoundToIdentities) {
  const std::vector<std::string> question{"agency.example", "missing.example"};
  const json::object missing = explained(question);
  EXPECT_EQ(text_at(missing, "/guest_facts/found"), "false");
  EXPECT_EQ(text_at(missing, "/alternatives/0/guest"), "identity:microsoft");
  EXPECT_EQ(text_at(missing, "/alternatives/0/capability"), "supported");
  EXPECT_EQ(text_at(missing, "/clouds_asked"), R"(["global"])");
  EXPECT_EQ(missing.at("clouds_not_asked").as_array().size(), 8);
  const Finished told = explain(question);
  for (const char* part : {"or invite   identity:email_otp: supported, ",
                           "asked       global; not asked: usgov, china, germany",
                           "guest       not found; asked in global; seen 20"})
    EXPECT_NE(told.out.find(part), std::string::npos) << part << "\n" << told.out;
}

TEST_F(Explain, SaysThatATenantIsItsOwnGuest) {
  for (const char* guest : {"contoso.example", "00000000-0000-0000-0000-00000000000c"})
    EXPECT_NE(text_at(explained({"contoso.example", guest}), "/explanation").find("one tenant"),
              std::string::npos)
        << guest;
  explained({"old.example", "old.example"});
  EXPECT_EQ(authority.requests("old.example"), 1) << "nobody is asked twice";
}

TEST_F(Explain, TakesWhatADaemonOrItsStorageKnows) {
  start();
  deployment.stop();
  const auto requests = authority.requests("agency.example");
  authority.change("agency.example", R"({"region_scope": "USG"})");
  const std::string storage = "--storage.path=" + deployment.storage().string();
  EXPECT_EQ(text_at(explained({"agency.example", "contoso.example", storage}), "/capability"),
            "conditional")
      << "as it was";
  EXPECT_EQ(authority.requests("agency.example"), requests);
  EXPECT_EQ(text_at(explained({"agency.example", "contoso.example"}), "/capability"),
            "not_supported")
      << "as it is";

  deployment.start();
  ASSERT_TRUE(eventually([&] {
    return deployment.daemon().metrics()["tenantscope_events_total{kind=\"changed\"}"] == 1;
  }));
  const std::string url = "--url=" + deployment.daemon().url();
  EXPECT_EQ(text_at(explained({"agency.example", "contoso.example", url}), "/capability"),
            "not_supported");
  const auto asked = authority.requests("portal.example");
  const Finished through =
      run_tenantscope({"explain", "contoso.example", "portal.example", url, "--output=json"});
  EXPECT_EQ(through.exit_code, 1);
  EXPECT_EQ(text_at(parsed(through.out), "/error"), "not_json");
  EXPECT_EQ(authority.requests("portal.example"), asked + 1)
      << "through the daemon: the command doesn't know the way";
  EXPECT_EQ(run_tenantscope({"explain", "a.example@moon", "contoso.example", url}).exit_code, 1);
  const json::object by_rules = explained(
      {"agency.example", "contoso.example", url, "--rules=seed-2022", "--cross-cloud=disabled"});
  EXPECT_EQ(text_at(by_rules, "/rules"), "seed-2022");
  EXPECT_EQ(text_at(by_rules, "/cross_cloud_from"), "flag");
}

TEST_F(Explain, TheApiShowsPairsAndExplains) {
  start();
  const json::value all = deployment.daemon().api("/api/v1/collaborations");
  EXPECT_EQ(text_at(all, "/total"), "3");
  EXPECT_EQ(text_at(all, "/collaborations/0/collaboration"), "joint");
  EXPECT_EQ(text_at(all, "/collaborations/0/capability"), "conditional");
  EXPECT_EQ(text_at(all, "/collaborations/1/guest"), "identity:saml");
  EXPECT_EQ(text_at(all, "/collaborations/1/capability"), "unknown");
  EXPECT_EQ(text_at(all, "/collaborations/2/capability"), "supported") << "the operator's word";
  EXPECT_EQ(text_at(deployment.daemon().api("/api/v1/collaborations?guest=" +
                                            url_encoded("identity:saml")),
                    "/total"),
            "1");
  for (const auto& [query, total] :
       {std::pair("host=Agency.example", "3"),
        std::pair("host=agency.example@usgov&guest=contoso.example", "2"),
        std::pair("host=agency.example@global", "0"), std::pair("guest=identity:google", "0"),
        std::pair("host=identity:saml", "0")})
    EXPECT_EQ(
        text_at(deployment.daemon().api(std::string("/api/v1/collaborations?") + query), "/total"),
        total)
        << query;
  for (const char* query : {"host=a..b", "guest=identity:x"})
    EXPECT_EQ(http_get(deployment.daemon().url() + "/api/v1/collaborations?" + query).status, 400)
        << query;
  const HttpAnswer csv = http_get(deployment.daemon().url() + "/api/v1/collaborations?format=csv");
  EXPECT_EQ(csv.content_type, "text/csv; charset=utf-8");
  EXPECT_TRUE(
      csv.body.starts_with("collaboration,host,guest,capability,rule,rules,explanation\n"
                           "joint,agency.example,contoso.example,conditional,"))
      << csv.body;
  EXPECT_EQ(http_get(deployment.daemon().url() + "/api/v1/collaborations?format=xml").status, 400);

  const json::value pair =
      deployment.daemon().api("/api/v1/explain?host=agency.example&guest=contoso.example");
  EXPECT_EQ(text_at(pair, "/capability"), "conditional");
  EXPECT_EQ(text_at(pair, "/cross_cloud_from"), "null") << "`joint` and `settled` differ";
  EXPECT_NE(text_at(pair, "/limits/0").find("joint: unset; settled: enabled"), std::string::npos);
  const json::value given = deployment.daemon().api(
      "/api/v1/explain?host=agency.example&guest=contoso.example&cross_cloud=enabled");
  EXPECT_EQ(text_at(given, "/capability"), "supported");
  EXPECT_EQ(text_at(given, "/cross_cloud_from"), "flag");
  EXPECT_EQ(
      text_at(deployment.daemon().api("/api/v1/explain?host=agency.example&guest=identity:google"),
              "/capability"),
      "supported");
  for (const auto& [query, status] :
       {std::pair("host=agency.example", 400),
        std::pair("host=agency.example&guest=nobody.example@moon", 400),
        std::pair("host=agency.example&guest=identity:x", 400),
        std::pair("host=a%20b&guest=contoso.example", 400)})
    EXPECT_EQ(http_get(deployment.daemon().url() + "/api/v1/explain?" + query).status, status)
        << query;

  const json::value probed =
      deployment.daemon().api("/api/v1/explain?host=nobody.example&guest=portal.example");
  EXPECT_EQ(text_at(probed, "/capability"), "unknown");
  EXPECT_EQ(text_at(probed, "/error"), "not_json");
  EXPECT_EQ(authority.requests("portal.example"), 1) << "asked now: nobody watches it";
  const std::vector<std::string> proxied{"X-Forwarded-For: 192.0.2.1"};
  EXPECT_EQ(http_get(deployment.daemon().url() +
                         "/api/v1/explain?host=nobody.example&guest=agency.example",
                     proxied)
                .status,
            403);

  const Metrics metrics = deployment.daemon().metrics();
  EXPECT_EQ(
      metrics
          [R"(tenantscope_collaboration_capability{collaboration="joint",host_tenant="agency.example",guest_tenant="contoso.example",state="conditional"})"],
      1);
  EXPECT_EQ(
      metrics
          [R"(tenantscope_collaboration_capability{collaboration="settled",host_tenant="agency.example",guest_tenant="contoso.example",state="supported"})"],
      1);
}

TEST_F(Explain, APairsChangeIsToldWithItsCause) {
  start();
  authority.change("agency.example", R"({"region_scope": "USG"})");
  ASSERT_TRUE(eventually([&] {
    return deployment.daemon()
               .metrics()["tenantscope_events_total{kind=\"collaboration_changed\"}"] == 3;
  }));
  const auto pairs = of_type(deployment.daemon().events(), "tenantscope.collaboration.changed.v1");
  ASSERT_EQ(pairs.size(), 3);
  EXPECT_EQ(text_at(pairs[0], "/data/cause"),
            text_at(of_type(deployment.daemon().events(), changed).at(0), "/id"));
  EXPECT_EQ(text_at(pairs[1], "/data/from"), "unknown") << "identity:saml";
  EXPECT_EQ(text_at(pairs[2], "/data/from"), "supported");
  const Finished listed = run_tenantscope({"events", "--url=" + deployment.daemon().url()});
  EXPECT_NE(listed.out.find(
                "joint: agency.example invites contoso.example: conditional -> not supported"),
            std::string::npos)
      << listed.out;
}

}  // namespace
}  // namespace tenantscope::e2e
