#include "app/probe.hpp"

#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "domain/failure_detail.hpp"
#include "support/event_loop.hpp"
#include "support/loopback_authority.hpp"

namespace tenantscope {
namespace {

using documents::contoso;
using documents::fabrikam;

class ProbeTest : public ::testing::Test {
 protected:
  ProbeResult probe_once(ProbeTarget target = {.tenant = "a.example"}) {
    const auto clouds = std::make_shared<const Clouds>(authority_.clouds());
    return run(loop_, probe(fetcher_, clouds, find_cloud(*clouds, "global"), std::move(target)));
  }

  LoopbackAuthority authority_;
  boost::asio::io_context loop_;
  Fetcher fetcher_;
};

TEST_F(ProbeTest, ObservesAFinding) {
  const std::string body = documents::gcc_high_document(contoso).text();
  authority_.show("a.example", http_answer("200 OK", body, "x-ms-request-id: some-id\r\n"));
  const ProbeResult result = probe_once();
  ASSERT_TRUE(result.observation.finding);
  EXPECT_EQ(result.observation.finding->region_scope, "USGov");
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.connections_opened, 1u);
  EXPECT_GT(result.duration.count(), 0);
  EXPECT_GT(unix_seconds(result.observation.time), 0);

  const Evidence& evidence = result.observation.evidence;
  EXPECT_EQ(evidence.url, authority_.url() + "/a.example/v2.0/.well-known/openid-configuration");
  EXPECT_EQ(evidence.status, 200);
  EXPECT_EQ(result.body_sha256(), sha256_hex(body));
  EXPECT_EQ(evidence.request_id, "some-id");
  EXPECT_EQ(evidence.body_bytes, body.size());
}

TEST_F(ProbeTest, ObservesThatThereIsNone) {
  const ProbeResult result = probe_once();
  ASSERT_TRUE(result.observation.finding);
  EXPECT_FALSE(result.observation.finding->found);
  EXPECT_EQ(result.status, 400);
}

TEST_F(ProbeTest, ObservesWhyItFailed) {
  struct Row {
    std::string answer;
    ErrorKind kind;
    int status;
    RequestOutcome outcome = RequestOutcome::answered;
  };
  const std::vector<Row> table{
      {http_answer("429 Too Many Requests", "Too Many Requests"), ErrorKind::throttled, 429,
       RequestOutcome::throttled},
      {http_answer("503 Service Unavailable", ""), ErrorKind::http_status, 503,
       RequestOutcome::unavailable},
      {http_answer("503 Service Unavailable", "", "Retry-After: 1\r\n"), ErrorKind::http_status,
       503, RequestOutcome::throttled},
      {http_answer("302 Found", "", "Location: /elsewhere\r\n"), ErrorKind::redirect, 302},
      {http_answer("200 OK", "<html>"), ErrorKind::not_json, 200},
      {http_answer("200 OK", "[]"), ErrorKind::bad_document, 200},
      {http_answer("200 OK", "{}", "Content-Encoding: gzip\r\n"), ErrorKind::encoding, 200},
      {http_answer("200 OK", std::string(300'000, ' ')), ErrorKind::too_large, 200},
      {http_answer("400 Bad Request", documents::error_body("invalid_request", 900144)),
       ErrorKind::http_status, 400},
      {too_long_headers(), ErrorKind::too_large, 0},
      {"SSH-2.0-none\r\n\r\n", ErrorKind::connect, 0, RequestOutcome::unreachable},
  };
  for (const Row& row : table) {
    authority_.show("a.example", row.answer);
    const ProbeResult result = probe_once();
    ASSERT_FALSE(result.observation.finding) << row.answer.substr(0, 80);
    EXPECT_EQ(result.observation.finding.error().kind, row.kind) << row.answer.substr(0, 80);
    EXPECT_NE(result.observation.finding.error().detail, "");
    EXPECT_EQ(result.status, row.status);
    EXPECT_EQ(result.outcome, row.outcome) << row.answer.substr(0, 80);
  }
}

TEST_F(ProbeTest, SaysWhatTheAuthoritySays) {
  const std::vector<std::pair<std::string, std::string>> table{
      {http_answer("400 Bad Request", documents::error_body("invalid_request", 90013)),
       "the authority answered with status 400, but not with `invalid_tenant`: invalid_request "
       "AADSTS90013"},
      {http_answer("200 OK", "<html><title>Access Denied</title>", "Content-Type: text/html\r\n"),
       "not JSON, but text/html: Access Denied"},
      {http_answer("302 Found", "", "Location: https://u:p@portal.example/a?b#c\r\n"),
       "the authority answered with status 302: to https://portal.example/a"},
      {http_answer("200 OK", R"({"issuer":"\u001b]0;)" + std::string(1000, 'x') + R"("})"),
       "`\\u001b]0;" + std::string(failure_detail_limit - 3 - 10, 'x') + "..."},
  };
  for (const auto& [answer, detail] : table) {
    authority_.show("a.example", answer);
    EXPECT_EQ(probe_once().observation.finding.error().detail, detail);
  }
}

TEST_F(ProbeTest, ReadsHowLongToWait) {
  const std::vector<std::pair<std::string, Duration>> table{
      {"", Duration::zero()},
      {"Retry-After: 60\r\n", std::chrono::seconds(60)},
      {"Retry-After: soon\r\n", Duration::zero()},
      {"Retry-After: Mon, 01 Jan 2001 00:00:00 GMT\r\n", Duration::zero()}};
  for (const auto& [header, wait] : table) {
    authority_.show("a.example", http_answer("429 Too Many Requests", "", header));
    EXPECT_EQ(probe_once().retry_after, wait) << header;
  }
}

TEST_F(ProbeTest, HoldsATenantToItsPin) {
  authority_.show("a.example", found(documents::usg_document(contoso)));
  EXPECT_TRUE(
      probe_once({.tenant = "a.example", .tenant_id = parse_guid(contoso)}).observation.finding);

  const ProbeResult other = probe_once({.tenant = "a.example", .tenant_id = parse_guid(fabrikam)});
  ASSERT_FALSE(other.observation.finding);
  EXPECT_EQ(other.observation.finding.error().kind, ErrorKind::identity);
  EXPECT_EQ(
      other.observation.finding.error().detail,
      fmt::format("the document is that of tenant {}, not of the pinned {}", contoso, fabrikam));

  authority_.show("a.example", not_found());
  EXPECT_TRUE(
      probe_once({.tenant = "a.example", .tenant_id = parse_guid(fabrikam)}).observation.finding);
}

TEST_F(ProbeTest, HoldsATenantToTheGuidThatWasAskedFor) {
  authority_.show(std::string(fabrikam), found(documents::usg_document(contoso)));
  const ProbeResult other = probe_once({.tenant = std::string(fabrikam)});
  ASSERT_FALSE(other.observation.finding);
  EXPECT_EQ(other.observation.finding.error().kind, ErrorKind::identity);
  EXPECT_EQ(other.observation.finding.error().detail,
            fmt::format("the document is that of tenant {}, not of the one asked for, {}", contoso,
                        fabrikam));
  EXPECT_FALSE(other.observation.stranger) << "nothing is pinned";

  authority_.show(std::string(contoso), found(documents::usg_document(contoso)));
  EXPECT_TRUE(probe_once({.tenant = std::string(contoso)}).observation.finding);
}

TEST_F(ProbeTest, GivesUpInTime) {
  authority_.hold();
  const ProbeResult result =
      probe_once({.tenant = "a.example", .timeout = std::chrono::milliseconds(50)});
  ASSERT_FALSE(result.observation.finding);
  EXPECT_EQ(result.observation.finding.error().kind, ErrorKind::timeout);
  EXPECT_EQ(result.status, 0);
}

TEST_F(ProbeTest, ConfirmsOverAConnectionOfItsOwn) {
  for (int i = 0; i < 3; ++i)
    probe_once();
  EXPECT_EQ(authority_.connections(), 1);
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(probe_once({.tenant = "a.example", .fresh_connection = true}).connections_opened, 1u);
  EXPECT_EQ(authority_.connections(), 3);
}

TEST_F(ProbeTest, GoesThroughTheCloudsProxy) {
  RawServer proxy([](RawConnection& connection) {
    if (connection.read_head())
      connection.send(found(documents::usg_document(contoso)));
  });
  const auto clouds = std::make_shared<const Clouds>(authority_.clouds());
  Cloud asked = *find_cloud(*clouds, "global");
  asked.authority = "http://nobody.invalid";
  asked.http.proxy.url = proxy.url();
  ProbeTarget target{.tenant = "a.example"};
  EXPECT_TRUE(run(loop_, probe(fetcher_, clouds, &asked, std::move(target))).observation.finding);
}

}  // namespace
}  // namespace tenantscope
