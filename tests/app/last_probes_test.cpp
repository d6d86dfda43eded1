#include "app/last_probes.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "app/probe.hpp"
#include "app/watcher_fixture.hpp"
#include "support/hostile_text.hpp"

namespace tenantscope {
namespace {

TenantKey probed_tenant(int number) {
  return {.asked = "global", .name = fmt::format("t{}.example", number)};
}

ProbeRecord failed_probe(int tenant, std::string detail) {
  return {.tenant = probed_tenant(tenant),
          .failure = ErrorKind::http_status,
          .failure_detail = std::move(detail)};
}

ProbeRecord good_probe(int tenant) {
  return {.tenant = probed_tenant(tenant), .failure = {}, .found = true};
}

// The largest that record_of() makes.
ProbeRecord long_failure(int tenant) {
  ProbeRecord record = failed_probe(tenant, std::string(200, 'd'));
  record.body = std::string(recorded_body_limit, 'b');
  record.request_id = std::string(recorded_request_id_limit, 'r');
  return record;
}

// "OUTCOME ..." where a failure's is its detail.
std::string outcomes(const std::vector<ProbeRecord>& probes) {
  std::string shown;
  for (const ProbeRecord& probe : probes)
    shown += (shown.empty() ? "" : " ") + (probe.failure ? probe.failure_detail : "ok");
  return shown;
}

TEST(LastProbes, KeepAHundredOfAll) {
  LastProbes probes;
  EXPECT_TRUE(probes.recent().empty());
  for (int i = 1; i <= 250; ++i)
    probes.note(good_probe(i));
  const std::vector<ProbeRecord> recent = probes.recent();
  ASSERT_EQ(recent.size(), 100u);
  EXPECT_EQ(recent.front().tenant.name, "t250.example");
  EXPECT_EQ(recent.front().number, 250u);
  EXPECT_EQ(recent.back().tenant.name, "t151.example");
  EXPECT_EQ(probes.dropped(), 0u);
}

TEST(LastProbes, KeepTheLastThreeFailuresOfATenantHoweverLongItWorks) {
  LastProbes probes;
  for (const char* detail : {"one", "two", "three", "four"})
    probes.note(failed_probe(1, detail));
  probes.note(failed_probe(2, "another's"));
  for (int i = 0; i < 1000; ++i)
    probes.note(good_probe(3));
  EXPECT_EQ(outcomes(probes.of(probed_tenant(1))), "four three two");
  EXPECT_EQ(outcomes(probes.of(probed_tenant(2))), "another's");
  EXPECT_EQ(probes.of({.asked = "usgov", .name = "t1.example"}).size(), 0u);
  probes.note(failed_probe(1, "five"));
  probes.note(good_probe(1));
  EXPECT_EQ(outcomes(probes.of(probed_tenant(1))), "ok five four three");
  EXPECT_EQ(probes.dropped(), 0u);
}

TEST(LastProbes, ShowEachOnce) {
  LastProbes probes;
  for (const char* detail : {"one", "two", "three", "four"})
    probes.note(failed_probe(1, detail));
  EXPECT_EQ(outcomes(probes.of(probed_tenant(1))), "four three two one");
  for (int i = 0; i < 97; ++i)
    probes.note(good_probe(2));  // "one" isn't recent any more
  EXPECT_EQ(outcomes(probes.of(probed_tenant(1))), "four three two");
}

// Where all of many tenants fail, the newest failures are kept and the others counted.
TEST(LastProbes, TakeAMegabyteAtMost) {
  LastProbes probes;
  constexpr int tenants = 5000;
  for (int sweep = 0; sweep < 4; ++sweep)
    for (int i = 0; i < tenants; ++i) {
      probes.note(long_failure(i));
      ASSERT_LE(probes.bytes(), LastProbes::byte_limit);
    }
  EXPECT_EQ(probes.recent().size(), 100u);
  EXPECT_GT(probes.bytes(), LastProbes::byte_limit * 9 / 10);
  std::uint64_t kept = 0;
  for (int i = 0; i < tenants; ++i)
    for (const ProbeRecord& probe : probes.of(probed_tenant(i)))
      kept += probe.failure.has_value();
  EXPECT_GT(kept, 500u);
  EXPECT_EQ(kept + probes.dropped(), 4u * tenants);
  EXPECT_EQ(probes.of(probed_tenant(tenants - 1)).size(), 1u);

  // What is kept of them is what can be given back: nothing leaks out of the count.
  for (int i = 0; i < 100; ++i)
    probes.note(good_probe(0));
  for (int i = 0; i < 3 * tenants; ++i)
    probes.note(failed_probe(i % 4, ""));
  EXPECT_LE(probes.bytes(), LastProbes::byte_limit);
}

TEST(LastProbes, HaveAnAuthoritysWordsVisibleAndBounded) {
  ProbeResult result;
  result.observation.finding = Error{ErrorKind::not_json, "not JSON, but text/html: Log in"};
  result.observation.evidence.request_id = hostile_text() + std::string(5000, 'r');
  result.observation.evidence.body_bytes = 200'000;
  result.status = 200;
  for (const std::string& body :
       {hostile_text(), "<script>\r\n\x1b[31m" + std::string(9000, '\xff')}) {
    result.body = body;
    const ProbeRecord record = record_of(probed_tenant(1), result);
    EXPECT_EQ(record.failure, ErrorKind::not_json);
    EXPECT_EQ(record.failure_detail, "not JSON, but text/html: Log in");
    EXPECT_EQ(record.body_bytes, 200'000u);
    EXPECT_EQ(record.status, 200);
    for (const std::string& text : {record.body, record.request_id}) {
      EXPECT_EQ(raw_in(text), "");
      EXPECT_EQ(text.find('\n'), std::string::npos);
      EXPECT_FALSE(text.empty());
    }
    EXPECT_LE(record.body.size(), recorded_body_limit + 3);
    EXPECT_LE(record.request_id.size(), recorded_request_id_limit + 3);
  }
  result.observation.finding = Finding{};
  const ProbeRecord good = record_of(probed_tenant(1), result);
  EXPECT_FALSE(good.failure);
  EXPECT_EQ(good.body, "");
  EXPECT_EQ(good.body_bytes, 200'000u);
}

TEST_F(WatcherTest, KeepsAFailureThatIsOver) {
  authority_.show("a.example", http_answer("403 Forbidden", "<title>Access Denied</title>",
                                           "x-ms-request-id: 4711\r\n"
                                           "Content-Type: text/html\r\n"));
  start();
  configure({watch("a.example")});
  const Table& table = watching_->table;
  const TenantKey a{.asked = "global", .name = "a.example"};
  ASSERT_TRUE(watching_->until([&] { return table.last_probes.of(a).size() >= 2; }));
  authority_.show("a.example", found(documents::usg_document(documents::contoso)));
  ASSERT_TRUE(watching_->until_generation("a.example", 1));

  const std::vector<ProbeRecord> probes = table.last_probes.of(a);
  ASSERT_GE(probes.size(), 3u);
  EXPECT_FALSE(probes.front().failure);
  EXPECT_TRUE(probes.front().found);
  const ProbeRecord& failure = probes.back();
  EXPECT_EQ(failure.failure, ErrorKind::http_status);
  EXPECT_EQ(failure.failure_detail,
            "the authority answered with status 403: text/html: Access Denied");
  EXPECT_EQ(failure.status, 403);
  EXPECT_EQ(failure.request_id, "4711");
  EXPECT_EQ(failure.body, "<title>Access Denied</title>");
  EXPECT_EQ(failure.body_bytes, failure.body.size());
  EXPECT_GT(failure.duration.count(), 0);
  EXPECT_LE(failure.time, probes.front().time);
}

}  // namespace
}  // namespace tenantscope
