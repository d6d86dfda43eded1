#include "formats/page/tenant_line.hpp"

#include <gtest/gtest.h>

#include "formats/page/page_samples.hpp"
#include "formats/page/page_words.hpp"

namespace tenantscope {
namespace {

using samples::usgov;
using samples::watch;
using Looks = std::vector<std::string>;

TenantLine line_of(const Watch& watched) {
  return tenant_line(watched, default_rules, samples::now);
}

// The words of a line's condition.
std::vector<std::string> conditions(const TenantLine& line) {
  const boost::json::object fields = tenant_line_fields(line, samples::now);
  std::vector<std::string> words;
  for (const auto& one : fields.at("conditions").as_array())
    words.emplace_back(one.at("word").as_string());
  return words;
}

TEST(TenantLine, HasWhatIsKnown) {
  Watch one = watch("agency.example", usgov("USGov", "DODCON"));
  one.state.last_change.set(Field::region_scope, samples::now - std::chrono::hours(3));
  one.state.last_change.set(Field::b2b_capability, samples::now - std::chrono::hours(3));
  one.state.last_change.set(Field::sub_scope, samples::now - std::chrono::hours(50));
  const TenantLine line = line_of(one);
  EXPECT_EQ(line.scope, "USGov · DODCON");
  EXPECT_EQ(line.environment, Environment::gcc_high);
  EXPECT_EQ(line.b2b, B2b::supported);
  EXPECT_EQ(line.changed_fields, "region_scope, b2b_capability");
  EXPECT_EQ(line.looks, Looks());
  EXPECT_EQ(conditions(line), Looks{"fine"});
  const boost::json::object fields = tenant_line_fields(line, samples::now);
  EXPECT_EQ(fields.at("changed").at("age"), "3h");
  EXPECT_EQ(fields.at("answered").at("age"), "5m");
  EXPECT_EQ(fields.at("href"), "tenants/agency.example?cloud=global");
}

TEST(TenantLine, SaysWhatIsNotKnown) {
  EXPECT_EQ(line_of(watch("new.example")).scope, "not known yet");
  EXPECT_EQ(conditions(line_of(watch("new.example"))), Looks{"not asked yet"});
  EXPECT_EQ(line_of(watch("gone.example", Finding{})).scope, "no such tenant");
  EXPECT_EQ(line_of(watch("plain.example", usgov(""))).scope, "none");
  const boost::json::object fields =
      tenant_line_fields(line_of(watch("new.example")), samples::now);
  EXPECT_TRUE(fields.at("changed").is_null());
  EXPECT_TRUE(fields.at("answered").is_null());
}

TEST(TenantLine, SaysWhySomebodyShouldLook) {
  Watch one = watch("agency.example", usgov("USG"));
  settings_of(one).expect = {.region_scope = "USGov", .b2b = B2b::supported};
  one.state.pending = Pending{usgov("USGov", "DOD"), 1, samples::now, {}};
  one.state.last_success = samples::now - std::chrono::hours(2);
  one.status.failure = ErrorKind::timeout;
  one.status.failure_detail = "no answer for 10s";
  one.status.failing_since = samples::now - std::chrono::minutes(90);
  const TenantLine line = line_of(one);
  EXPECT_EQ(
      line.looks,
      (Looks{"failing for 1h: timeout, no answer for 10s", "stale: no answer for 2h",
             "B2B is not_supported, supported is expected", "the scope is USG, USGov is expected",
             "a change is pending, to USGov · DOD: seen 1 of 2 times"}));
  EXPECT_EQ(conditions(line), (Looks{"failing: timeout", "stale", "unmet", "pending"}));
}

TEST(TenantLine, SaysWhoAnswersInAPinnedTenantsPlace) {
  Watch one = watch("agency.example", usgov("USGov"));
  settings_of(one).tenant_id = parse_guid("00000000-0000-4000-8000-00000000000a");
  Finding other = usgov("NA");
  other.cloud = "global";
  other.tenant_id = *parse_guid("00000000-0000-4000-8000-00000000000b");
  one.state.pin_pending = Pending{other, 1, samples::now, {}};
  EXPECT_EQ(line_of(one).looks, Looks{"another tenant answers: seen 1 of 2 times"});
  one.state.pin_pending.reset();
  one.state.stranger = other;
  EXPECT_EQ(line_of(one).looks, Looks{"global/00000000-0000-4000-8000-00000000000b answers, "
                                      "00000000-0000-4000-8000-00000000000a is pinned"});
}

TEST(PageWords, AreShort) {
  using namespace std::chrono_literals;
  EXPECT_EQ(short_age(-5s), "0s");
  EXPECT_EQ(short_age(59s), "59s");
  EXPECT_EQ(short_age(61min), "1h");
  EXPECT_EQ(short_age(47h), "47h");
  EXPECT_EQ(short_age(48h), "2d");
  EXPECT_EQ(time_fields(samples::now + 5min, samples::now).at("ahead"), true);
  EXPECT_EQ(source_fields("A page, 2025 (https://learn.microsoft.com/a)").at("href"),
            "https://learn.microsoft.com/a");
  EXPECT_EQ(source_fields("A page, 2025 (https://learn.microsoft.com/a)").at("text"),
            "A page, 2025");
  EXPECT_TRUE(source_fields("x (https://evil.example/)").at("href").is_null());
}

}  // namespace
}  // namespace tenantscope
