// The API as its OpenAPI document says: a client that knows nothing else asks a real daemon all
// sorts of things. And what people read.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* scenario = R"(
tenants:
  - {name: agency.example, cloud: usgov, region_scope: USG}
  - {name: contoso.example, region_scope: NA}
  - {name: twice.example, region_scope: EU}
  - {name: portal.example, fault: html}
)";

std::string config(const std::string& authority, std::size_t retention_events) {
  const std::string rest = fmt::format(R"(
tenants:
  - {{name: agency.example, cloud: usgov, expect: {{region_scope: USGov, b2b: supported}}, labels: {{team: "identity \"west\""}}}}
  - {{name: contoso.example}}
  - {{name: twice.example, cloud: global}}
  - {{name: twice.example, cloud: china}}
  - {{name: portal.example}}
  - {{name: missing.example}}
collaborations:
  - {{name: joint, hosts: [agency.example], guests: [contoso.example, portal.example, "identity:google"]}}
events:
  retention_events: {}
  sinks:
    - {{name: audit, file: {{path: events.jsonl}}}}
    - {{name: soc, webhook: {{url: "{}/s3cret", authorization: {{credentials_file: token}}}}}}
)",
                                       retention_events, authority);
  return configuration(authority, rest);
}

class ApiStory : public testing::Test {
 protected:
  void configure(std::size_t retention_events) {
    write_file(deployment.folder() / "token", "t0ken");
    deployment.configure(config(authority.url(), retention_events));
  }
  // Awaits that every tenant was asked.
  void start(const std::vector<std::string>& flags) {
    deployment.start(flags);
    ASSERT_TRUE(eventually([&] {
      return of_type(deployment.daemon().events(), baselined).size() == 5 &&
             deployment.daemon().metrics()[tenant_series("up", "portal.example")] == 0;
    })) << deployment.daemon().log();
  }
  // "OPERATION STATUS:TIMES ..." a line of what was answered.
  std::vector<std::string> explore(const std::string& examples) {
    const char* chosen = std::getenv("API_SEED");
    const std::string seed = chosen ? chosen : "20261123";
    const Finished client =
        run_python("api_client.py", {deployment.daemon().url(), seed, examples});
    EXPECT_EQ(client.exit_code, 0) << "API_SEED=" << seed << "\n" << client.err;
    EXPECT_EQ(http_get(deployment.daemon().url() + "/-/ready").status, 200);
    EXPECT_EQ(lines_with(deployment.daemon().log(), {"a request failed"}),
              std::vector<std::string>{});
    return lines_of(client.out);
  }

  Simulator authority{scenario};
  Deployment deployment{""};
};

bool gave(const std::vector<std::string>& answers, const std::string& operation,
          const std::string& status) {
  for (const std::string& line : answers)
    if (line.starts_with(operation + " ") && line.find(" " + status + ":") != std::string::npos)
      return true;
  return false;
}

TEST_F(ApiStory, AnswersAsItsDocumentSays) {
  configure(1'000'000);
  start({"--web.enable-lifecycle", "--web.enable-probe"});
  const auto open = explore("300");
  EXPECT_EQ(open.size(), 25u);
  for (const std::string& line : open)
    EXPECT_NE(line.find(line.find("Replicas") == std::string::npos ? " 200:" : " 404:"),
              std::string::npos)
        << line;
  for (const std::string operation :
       {"showTenant", "showTenantPage", "listProbes", "drill", "redeliver"})
    EXPECT_TRUE(gave(open, operation, "404")) << operation;

  // The same daemon without its flags, and with a journal that has forgotten the most.
  ASSERT_EQ(deployment.stop(), 0);
  configure(10);
  deployment.start();
  ASSERT_TRUE(eventually([&] {
    return http_get(deployment.daemon().url() + "/api/v1/events?after=0").status == 410;
  }));
  const auto closed = explore("200");
  EXPECT_TRUE(gave(closed, "listEvents", "410"));
  EXPECT_TRUE(gave(closed, "probe", "403"));
  EXPECT_TRUE(gave(closed, "reload", "403"));
  EXPECT_FALSE(gave(closed, "reload", "200"));
}

TEST_F(ApiStory, ShowsTheConfigurationInForceAsOneThatCanBeRead) {
  configure(1'000'000);
  start({"--web.enable-lifecycle"});
  const std::string url = deployment.daemon().url() + "/config";
  const std::string first = http_get(url).body;
  EXPECT_NE(first.find("retention_events: 1000000\n"), std::string::npos) << first;
  EXPECT_EQ(first.find("s3cret"), std::string::npos) << first;
  EXPECT_EQ(first.find("t0ken"), std::string::npos) << first;
  configure(77);
  deployment.reload();
  std::string second = http_get(url).body;
  EXPECT_NE(second.find("retention_events: 77\n"), std::string::npos) << second;
  second.replace(second.find("<secret>"), 8, "https://masked.example");
  write_file(deployment.folder() / "shown.yaml", second);
  const Finished checked = run_tenantscope({"config", "check", deployment.folder() / "shown.yaml"});
  EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
}

TEST_F(ApiStory, GivesTheSameBytesCompressed) {
  configure(1'000'000);
  start({});
  for (const std::string path :
       {"/api/v1/openapi.json", "/config", "/api/v1/events", "/api/v1/collaborations"}) {
    HttpAnswer plain;
    HttpAnswer compressed;
    // A poll between two answers moves what they say: the compressed one lies between two alike.
    ASSERT_TRUE(eventually([&] {
      plain = http_get(deployment.daemon().url() + path);
      compressed = http_get(deployment.daemon().url() + path, {"Accept-Encoding: gzip, deflate"});
      return http_get(deployment.daemon().url() + path).body == plain.body;
    })) << path;
    EXPECT_EQ(compressed.headers.at("content-encoding"), "gzip") << path;
    EXPECT_EQ(compressed.headers.contains("content-length"), path != "/config") << path;
    EXPECT_EQ(compressed.headers.contains("transfer-encoding"), path == "/config") << path;
    EXPECT_EQ(compressed.body, plain.body) << path;
  }
}

TEST_F(ApiStory, SaysTheSameOnItsPagesAndInTheApi) {
  configure(1'000'000);
  start({});
  const std::string url = deployment.daemon().url();
  const auto expect_page = [&](const std::string& path, const std::vector<std::string>& parts) {
    const HttpAnswer page = http_get(url + path);
    EXPECT_EQ(page.status, 200) << path;
    EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
    for (const std::string& part : parts)
      EXPECT_NE(page.body.find(part), std::string::npos) << part << "\n" << page.body;
  };
  expect_page("/", {"agency.example", "<bdi>USG</bdi>", "portal.example", ">unmet</span>"});
  expect_page("/tenants/agency.example", {"<bdi>USG</bdi>", "identity &quot;west&quot;"});
  const std::string explanation =
      text_at(deployment.daemon().api("/api/v1/explain?host=agency.example&guest=identity:google"),
              "/explanation");
  EXPECT_NE(explanation, "null");
  const json::value pairs = deployment.daemon().api("/api/v1/collaborations?guest=identity:google");
  EXPECT_EQ(text_at(pairs, "/collaborations/0/explanation"), explanation);
  std::string escaped = explanation;
  for (auto at = escaped.find('\''); at != std::string::npos; at = escaped.find('\'', at))
    escaped.replace(at, 1, "&#39;");
  expect_page("/explain?host=agency.example&guest=identity:google", {escaped});
  expect_page("/pairs", {"agency.example", "identity:google"});
}

}  // namespace
}  // namespace tenantscope::e2e
