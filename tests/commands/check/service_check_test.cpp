#include "commands/check/service_check.hpp"

#include <gtest/gtest.h>

namespace tenantscope {
namespace {

using enum PluginState;

TEST(PluginState, HasTheNamesAndExitCodesOfTheGuidelines) {
  const std::pair<PluginState, const char*> table[] = {
      {ok, "OK"}, {warning, "WARNING"}, {critical, "CRITICAL"}, {unknown, "UNKNOWN"}};
  for (int code = 0; code < 4; ++code) {
    EXPECT_EQ(int(table[code].first), code);
    EXPECT_EQ(to_string(table[code].first), table[code].second);
  }
}

TEST(PluginState, TheWorstOfTwoWins) {
  const struct {
    PluginState a, b, worst;
  } table[] = {
      {ok, ok, ok},
      {ok, unknown, unknown},
      {ok, warning, warning},
      {ok, critical, critical},
      {unknown, unknown, unknown},
      {unknown, warning, warning},
      {unknown, critical, critical},
      {warning, warning, warning},
      {warning, critical, critical},
      {critical, critical, critical},
  };
  for (const auto& row : table) {
    EXPECT_EQ(worst(row.a, row.b), row.worst) << to_string(row.a) << " " << to_string(row.b);
    EXPECT_EQ(worst(row.b, row.a), row.worst) << to_string(row.b) << " " << to_string(row.a);
  }
}

ServiceCheck answer(B2b state, std::string scope, double seconds) {
  ServiceCheck check{.key = {"global", "agency.example"},
                     .failure = "",
                     .finding = {},
                     .verdict = {},
                     .seconds = seconds,
                     .evidence = {}};
  check.finding = {.found = scope != "not found",
                   .cloud = "usgov",
                   .tenant_id = {},
                   .region_scope = scope,
                   .sub_scope = ""};
  check.verdict.state = state;
  return check;
}

TEST(PluginState, FollowsFromTheTenantTheExpectationsAndTheTime) {
  ServiceCheck failed = answer(B2b::supported, "USGov", 9);
  failed.failure = "timeout";
  const ServiceCheck yes = answer(B2b::supported, "USGov", 0.5),
                     no = answer(B2b::not_supported, "USG", 0.5),
                     perhaps = answer(B2b::unknown, "", 0.5),
                     nowhere = answer(B2b::unknown, "not found", 0.5),
                     slow = answer(B2b::supported, "USGov", 1.5),
                     slower = answer(B2b::supported, "USGov", 2.5),
                     slow_no = answer(B2b::not_supported, "USG", 1.5),
                     slow_perhaps = answer(B2b::unknown, "", 1.5),
                     slower_perhaps = answer(B2b::unknown, "", 2.5);
  const Expectation none, supported{.region_scope = {}, .b2b = B2b::supported},
      not_supported{.region_scope = {}, .b2b = B2b::not_supported},
      unknown_b2b{.region_scope = {}, .b2b = B2b::unknown},
      usgov{.region_scope = "usgov", .b2b = {}}, usg{.region_scope = "USG", .b2b = {}},
      both{.region_scope = "USG", .b2b = B2b::supported};
  const struct {
    const char* what;
    const ServiceCheck& check;
    const Expectation& expect;
    PluginState state;
  } table[] = {
      {"supported", yes, none, ok},
      {"not supported", no, none, critical},
      {"unknown", perhaps, none, unknown},
      {"not found", nowhere, none, unknown},
      {"failed, however slow", failed, none, unknown},
      {"failed, whatever is expected", failed, unknown_b2b, unknown},
      {"met", yes, supported, ok},
      {"met in the bad", no, not_supported, ok},
      {"met in doubt", perhaps, unknown_b2b, ok},
      {"unmet", no, supported, critical},
      {"unmet in the good", yes, not_supported, critical},
      {"unmet in doubt", perhaps, supported, critical},
      {"scope met in other letters", yes, usgov, ok},
      {"scope met, B2B isn't asked", no, usg, ok},
      {"scope unmet", yes, usg, critical},
      {"no scope there", nowhere, usgov, critical},
      {"one of two unmet", yes, both, critical},
      {"slow", slow, none, warning},
      {"slower", slower, none, critical},
      {"slow and wrong", slow_no, none, critical},
      {"slow and as expected", slow_no, not_supported, warning},
      {"slow and unknown", slow_perhaps, none, warning},
      {"slower and unknown", slower_perhaps, none, critical},
  };
  const auto limits = [](const Expectation& expect) {
    return ServiceLimits{
        .expect = expect, .warning = parse_range("1"), .critical = parse_range("2"), .timeout = 10};
  };
  for (const auto& row : table)
    EXPECT_EQ(to_string(plugin_state(row.check, limits(row.expect))), to_string(row.state))
        << row.what;
  EXPECT_EQ(plugin_state(slower, {}), ok);
}

TEST(Expectations, AreReadAndMayNotContradict) {
  Result<Expectation> expect = add_expectation({}, "supported");
  ASSERT_TRUE(expect);
  EXPECT_EQ(expect->b2b, B2b::supported);
  expect = add_expectation(*expect, "region_scope=USGov");
  ASSERT_TRUE(expect);
  EXPECT_EQ(expect->b2b, B2b::supported);
  EXPECT_EQ(expect->region_scope, "USGov");
  EXPECT_TRUE(add_expectation(*expect, "region_scope=usgov"));
  for (const char* wrong :
       {"", "perhaps", "SUPPORTED", "region_scope", "scope=NA", "not_supported", "region_scope=NA"})
    EXPECT_FALSE(add_expectation(*expect, wrong)) << wrong;
  EXPECT_EQ(add_expectation({}, "region_scope=")->region_scope, "");
}

}  // namespace
}  // namespace tenantscope
