// An authority and a daemon that answer with what a terminal, a log's reader or a browser obeys:
// what people see of it.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <map>

#include <fmt/format.h>

#include "e2e/rehearsal.hpp"
#include "support/hostile_text.hpp"
#include "support/raw_server.hpp"

namespace tenantscope::e2e {
namespace {

const std::string hostile = hostile_text();

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// As JSON that escapes nothing but what it has to.
std::string quoted(const std::string& text) { return json::serialize(json::string(text)); }

std::string answer(const std::string& status, const std::string& headers, const std::string& body) {
  return fmt::format("HTTP/1.1 {}\r\n{}Content-Length: {}\r\n\r\n{}", status, headers, body.size(),
                     body);
}

std::string document(const std::string& scope) {
  return fmt::format(
      R"({{"issuer":"https://login.microsoftonline.com/{}/v2.0","tenant_region_scope":{}}})",
      "5e0c1a7b-3f64-4d2a-9b1e-0a1b2c3d4e5f", quoted(scope));
}

// What each tenant is answered.
const std::map<std::string, std::string> answers{
    {"scope.example", answer("200 OK", "Content-Type: application/json\r\n", document(hostile))},
    {"blank.example", answer("200 OK", "", document("NA\t"))},
    {"page.example", answer("200 OK", "Content-Type: text/html\r\nSet-Cookie: s3cret\r\n",
                            "<title>Denied " + hostile + "</title>\xff")},
    {"error.example",
     answer("400 Bad Request", "",
            fmt::format(R"({{"error":{},"error_codes":[90013]}})", quoted("invalid" + hostile)))},
    {"moved.example", answer("302 Found",
                             "Location: https://u:s3cret@portal.example/\x1b[31m\u202e?s3cret\r\n"
                             "x-ms-request-id: \x1b[31m\u202e\r\n",
                             "")},
};

constexpr const char* tenants = R"(
tenants:
  - {name: scope.example}
  - {name: blank.example}
  - {name: page.example}
  - {name: error.example}
  - {name: moved.example}
)";

// Of each, the reason and a part of the detail.
const std::map<std::string, std::pair<std::string, std::string>> failures{
    {"scope.example",
     {"bad_document", "`tenant_region_scope` has a control or format character in it: a\\u001bz"}},
    {"blank.example",
     {"bad_document", "`tenant_region_scope` has a control or format character in it: NA\\u0009"}},
    {"page.example", {"not_json", "not JSON, but text/html: Denied a\\u001bz\\u0007z\\u007fz"}},
    {"error.example", {"http_status", "invalida\\u001bz"}},
    {"moved.example", {"redirect", "status 302: to https://portal.example/[31m\\u202e"}},
};

class HostileAuthority : public testing::Test {
 protected:
  static void serve(RawConnection& connection) {
    while (const auto head = connection.read_head()) {
      const auto found = answers.find(head->substr(5, head->find('/', 5) - 5));  // "GET /NAME/..."
      if (!connection.send(found == answers.end() ? answer("404 Not Found", "", "")
                                                  : found->second))
        return;
    }
  }

  RawServer authority{serve};
  Deployment deployment{configuration(authority.url(), tenants)};
};

TEST_F(HostileAuthority, IsShownByTheDaemonAndNotObeyed) {
  Daemon& daemon = deployment.start({"--web.enable-probe"});
  for (const auto& [name, failure] : failures) {
    ASSERT_TRUE(eventually([&, &tenant_name = name] {
      return text_at(daemon.tenant(tenant_name), "/failure") != "null";
    }));
    const json::object tenant = daemon.tenant(name);
    EXPECT_EQ(text_at(tenant, "/failure"), failure.first);
    const std::string detail = text_at(tenant, "/failure_detail");
    EXPECT_TRUE(holds(detail, failure.second)) << detail;
    EXPECT_LE(detail.size(), 200u) << detail;
    const std::string report =
        http_get(daemon.url() + "/probe?target=" + name + "&debug=true").body;
    EXPECT_EQ(raw_in(report), "") << report;
    EXPECT_FALSE(holds(report, "s3cret")) << report;
  }
  for (const char* path : {"/", "/tenants/page.example", "/events", "/events.atom", "/metrics",
                           "/config", "/api/v1/tenants", "/api/v1/probes", "/api/v1/events"}) {
    const HttpAnswer shown = http_get(daemon.url() + path);
    EXPECT_EQ(shown.status, 200) << path;
    EXPECT_EQ(raw_in(shown.body), "") << path;
  }
  EXPECT_TRUE(
      holds(http_get(daemon.url() + "/tenants/page.example").body, "text/html: Denied a\\u001bz"));
  for (const auto& [name, failure] : failures) {
    const auto lines = lines_with(daemon.log(), {"msg=\"probe failed\"", "tenant=" + name});
    ASSERT_EQ(lines.size(), 1u) << daemon.log();
    EXPECT_TRUE(holds(lines.front(), "reason=" + failure.first)) << lines.front();
  }
  EXPECT_EQ(raw_in(daemon.log()), "");
  EXPECT_FALSE(holds(daemon.log(), "s3cret"));
  EXPECT_TRUE(daemon.events().empty()) << "a failure is no change";
}

TEST_F(HostileAuthority, IsShownByTheCommandsAndNotObeyed) {
  const std::string config = "--config.file=" + deployment.config_file().string();
  const std::string url = "--url=" + deployment.start({"--web.enable-probe"}).url();
  for (const auto& [name, failure] : failures) {
    const std::string& part = failure.second;
    ASSERT_TRUE(eventually([&, &tenant_name = name] {
      return text_at(deployment.daemon().tenant(tenant_name), "/failure") != "null";
    }));
    for (const std::string& where : {config, url}) {
      const Finished text = run_tenantscope({"lookup", name, where});
      EXPECT_EQ(text.exit_code, 1);
      EXPECT_TRUE(holds(text.out, failure.first + ": ")) << text.out;
      EXPECT_TRUE(holds(text.out, part)) << text.out;
      const Finished as_json = run_tenantscope({"lookup", "--output=json", name, where});
      EXPECT_TRUE(holds(text_at(json::parse(as_json.out), "/0/failure_detail"), part))
          << as_json.out;
      const Finished yaml = run_tenantscope({"lookup", "--output=yaml", name, where});
      const Finished check = run_tenantscope({"check", "-vvv", name, where});
      EXPECT_EQ(check.exit_code, 3);
      EXPECT_TRUE(holds(check.out, part)) << check.out;
      for (const Finished& finished : {text, as_json, yaml, check}) {
        EXPECT_EQ(raw_in(finished.out + finished.err), "") << finished.out << finished.err;
        EXPECT_FALSE(holds(finished.out + finished.err, "s3cret")) << finished.out << finished.err;
      }
    }
  }
}

// As one of before, or somebody else, may answer.
std::string daemon_answer(const std::string& path) {
  const auto success = [](const std::string& data) {
    return answer("200 OK", "", R"({"status":"success","data":)" + data + "}");
  };
  const std::string text = quoted(hostile);
  if (path.starts_with("/api/v1/events?limit=500&after=1"))
    return success(R"({"events":[],"next":1})");
  if (path.starts_with("/api/v1/events"))
    return success(fmt::format(
        R"({{"events":[{{"sequence":{0},"time":{0},"subject":{0},"data":{{"severity":{0},)"
        R"("tenant":{0},"asked":{0},"changes":[{{"field":{0},"from":{0},"to":{0}}}]}}}}],"next":1}})",
        text));
  const std::string finding =
      fmt::format(R"("tenant":{0},"asked":{0},"found":true,"cloud":{0},"tenant_id":null,)"
                  R"("region_scope":{0},"sub_scope":{0},"b2b":{0},"rules":{0},"rule":{0},)"
                  R"("explanation":{0},"source":{0},"limits":[{0}],"failure":null,"pending":true,)"
                  R"("stale":false,"last_success":{0},"last_change":{{{0}:{0}}})",
                  text);
  if (path.starts_with("/api/v1/lookup?tenant=failing.example"))
    return success(fmt::format(R"({{"error":"http_status","failure_detail":{}}})", text));
  if (path.starts_with("/api/v1/lookup"))
    return success("{" + finding + R"(,"error":null,"failure_detail":null})");
  if (path.starts_with("/api/v1/tenants/failing.example"))
    return success(replaced("{" + finding + "}", R"("failure":null)",
                            R"("failure":"other","failure_detail":)" + text));
  if (path.starts_with("/api/v1/tenants"))
    return success("{" + finding + "}");
  if (path.starts_with("/api/v1/explain"))
    return success(fmt::format(
        R"({{"host":{0},"guest":{0},"capability":{0},"rule":{0},"rules":{0},"explanation":{0},)"
        R"("limits":[{0}],"advice":[{0}],"sources":[{0}],"host_facts":{{{1},"environment":{0},)"
        R"("seen":{0},"error":{0}}},"guest_facts":null,"cross_cloud":{0},"cross_cloud_from":{0},)"
        R"("alternatives":[{{"guest":{0},"capability":{0}}}],"clouds_asked":[{0}],)"
        R"("clouds_not_asked":[{0}],"error":null}})",
        text, finding));
  if (path.starts_with("/api/v1/drill"))
    return success(fmt::format(R"({{"sequence":{}}})", text));
  return answer("400 Bad Request", "", fmt::format(R"({{"status":"error","error":{}}})", text));
}

TEST(HostileDaemon, IsShownByTheCommandsAndNotObeyed) {
  RawServer daemon([](RawConnection& connection) {
    while (const auto head = connection.read_head()) {
      const auto begin = head->find(' ') + 1;
      if (!connection.send(daemon_answer(head->substr(begin, head->find(' ', begin) - begin))))
        return;
    }
  });
  const std::string url = "--url=" + daemon.url();
  const std::vector<std::vector<std::string>> commands{
      {"events", url},
      {"events", "--output=json", url},
      {"events", "redeliver", "--sink=a", "--id=b", url},
      {"lookup", "a.example", "failing.example", url},
      {"lookup", "--output=json", "a.example", "failing.example", url},
      {"lookup", "--output=yaml", "a.example", "failing.example", url},
      {"check", "-vvv", "a.example", url},
      {"check", "-vvv", "failing.example", url},
      {"explain", "a.example", "b.example", url},
      {"explain", "--output=json", "a.example", "b.example", url},
      {"drill", "--tenant=a.example", "--to=USG", url},
  };
  for (const auto& arguments : commands) {
    const Finished finished = run_tenantscope(arguments);
    const std::string said = finished.out + finished.err;
    EXPECT_TRUE(holds(said, "001b") || holds(said, "?z?z")) << said;
    EXPECT_EQ(raw_in(said), "") << arguments[0] << ": " << said;
  }
  const Finished events = run_tenantscope({"events", "--output=json", url});
  EXPECT_EQ(text_at(json::parse(events.out), "/data/tenant"), hostile) << "it means the same";
  EXPECT_EQ(lines_of(run_tenantscope({"events", url}).out).size(), 1u);
  const Finished verified = run_tenantscope({"events", "verify", url});
  EXPECT_EQ(verified.exit_code, 1);
  EXPECT_TRUE(holds(verified.err, "no event of a journal")) << verified.err;
}

}  // namespace
}  // namespace tenantscope::e2e
