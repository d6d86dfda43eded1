#include "commands/check/plugin_line.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

namespace tenantscope {
namespace {

ServiceCheck checked(const std::string& name, const Finding& finding, double seconds = 0.21) {
  return {.key = {"global", name},
          .failure = "",
          .finding = finding,
          .verdict = judge(&finding, RuleSet::docs_2025),
          .seconds = seconds,
          .evidence = {{"url", "http://127.0.0.1/x"}}};
}

Finding found(const std::string& cloud, const std::string& scope) {
  return {.found = true, .cloud = cloud, .tenant_id = {}, .region_scope = scope, .sub_scope = ""};
}

ServiceLimits limits(const Expectation& expect = {}, const char* warning = "1",
                     const char* critical = "2") {
  return {.expect = expect,
          .warning = parse_range(warning),
          .critical = parse_range(critical),
          .timeout = 10};
}

TEST(PluginLine, SaysStateTenantAndPerformance) {
  const struct {
    ServiceCheck check;
    ServiceLimits limits;
    const char* line;
  } table[] = {
      {checked("agency.example", found("usgov", "USGov")), limits(),
       "TENANTSCOPE OK - agency.example supports B2B (USGov)|time=0.210s;1;2;0;10 b2b=1;;;0;1\n"},
      {checked("agency.example", found("usgov", "USG")), limits(),
       "TENANTSCOPE CRITICAL - agency.example does not support B2B (USG)|time=0.210s;1;2;0;10 "
       "b2b=0;;;0;1\n"},
      {checked("agency.example", found("usgov", "")),
       {},
       "TENANTSCOPE UNKNOWN - agency.example: B2B unknown (no scope)|time=0.210s;;;0;10\n"},
      {checked("new.example", found("", "")),
       {},
       "TENANTSCOPE UNKNOWN - new.example: B2B unknown (no scope)|time=0.210s;;;0;10\n"},
      {checked("agency.example", Finding{}),
       {},
       "TENANTSCOPE UNKNOWN - agency.example is not found in global|time=0.210s;;;0;10\n"},
      {checked("agency.example", found("usgov", "USG")),
       limits({.region_scope = {}, .b2b = B2b::supported}),
       "TENANTSCOPE CRITICAL - agency.example does not support B2B (USG), "
       "unexpected|time=0.210s;1;2;0;10 b2b=0;;;0;1\n"},
      {checked("a.example", found("usgov", "USG")),
       limits({.region_scope = {}, .b2b = B2b::not_supported}),
       "TENANTSCOPE OK - a.example does not support B2B (USG), as expected|time=0.210s;1;2;0;10 "
       "b2b=0;;;0;1\n"},
      {checked("a.example", found("usgov", "USGov")), limits({.region_scope = "USG", .b2b = {}}),
       "TENANTSCOPE CRITICAL - a.example supports B2B (USGov), expected scope "
       "USG|time=0.210s;1;2;0;10 b2b=1;;;0;1\n"},
      {checked("a.example", found("global", "NA"), 1.2345), limits({}, "@1:2", "~:5"),
       "TENANTSCOPE WARNING - a.example supports B2B (NA), took 1.234s|time=1.234s;@1:2;~:5;0;10 "
       "b2b=1;;;0;1\n"},
  };
  for (const auto& row : table)
    EXPECT_EQ(plugin_output(row.check, row.limits, 0), row.line);
}

TEST(PluginLine, SaysWhyThereIsNothingToJudge) {
  ServiceCheck check = checked("agency.example", {});
  check.failure = "timeout: no answer within 10 s";
  EXPECT_EQ(plugin_output(check, limits(), 0),
            "TENANTSCOPE UNKNOWN - agency.example: timeout: no answer within 10 s\n");
  EXPECT_EQ(plugin_output(check, limits(), 1),
            "TENANTSCOPE UNKNOWN - agency.example: timeout: no answer within 10 s\nfailed: "
            "timeout: no answer within 10 s\n");
  EXPECT_EQ(plugin_unknown("no daemon|there=1"), "TENANTSCOPE UNKNOWN - no daemon?there=1\n");
  EXPECT_EQ(plugin_unknown("bad configuration\na.yaml:1:1: b\ta|d"),
            "TENANTSCOPE UNKNOWN - bad configuration\na.yaml:1:1: b?a?d\n");
  const std::string longer(900, 'x');
  EXPECT_EQ(plugin_unknown(longer), "TENANTSCOPE UNKNOWN - " + longer + "\n");
  const std::string line = plugin_unknown(std::string(5000, 'x'));
  EXPECT_EQ(line.size(), 1001);
  EXPECT_TRUE(line.ends_with("...\n"));
  check.key.name = std::string(63, 'n') + "." + std::string(63, 'n') + ".example";
  check.failure = "http_status: the authority answered 503, which says: " + std::string(200, 'y');
  EXPECT_EQ(plugin_output(check, limits(), 0),
            "TENANTSCOPE UNKNOWN - " + check.key.name + ": " + check.failure + "\n");
}

TEST(PluginLine, SaysMoreWhenAsked) {
  Finding finding = found("usgov", "USGov");
  finding.sub_scope = "DODCON";
  const ServiceCheck check = checked("agency.example", finding);
  const auto names = [&](int verbosity) {
    std::vector<std::string> begun;
    const std::string output = plugin_output(check, limits(), verbosity);
    for (auto at = output.find('\n') + 1; at < output.size(); at = output.find('\n', at) + 1)
      begun.push_back(output.substr(at, output.find(':', at) - at));
    return begun;
  };
  std::vector<std::string> expected;
  EXPECT_EQ(names(0), expected);
  expected = {"environment", "meaning", "limit", "limit", "rule", "source"};
  EXPECT_EQ(names(1), expected);
  expected.insert(expected.end(),
                  {"asked", "found", "region scope", "sub scope", "cloud", "tenant ID"});
  EXPECT_EQ(names(2), expected);
  expected.push_back("url");
  EXPECT_EQ(names(3), expected);
  EXPECT_NE(plugin_output(check, limits({.region_scope = "USG", .b2b = B2b::unknown}), 1)
                .find("\nexpected: B2B unknown, region scope USG\n"),
            std::string::npos);
}

// The lines of output with every nasty value in every place.
TEST(PluginLine, LetsNothingFromOutsideBreakTheFormat) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte)
    every_byte += char(byte);
  const std::regex first(
      "TENANTSCOPE [A-Z]+ - [ -{}~]{1,1000}(\\|time=[0-9.]+s;[0-9.:~@-]*;[0-9.:~@-]*;0;[0-9.]+( "
      "b2b=[01];;;0;1)?)?");
  for (const std::string& nasty :
       {std::string("a|b=1;2"), std::string("x\ny"), std::string("\x1b[31m"),
        std::string("B\xC3\xBC"
                    "cher"),
        every_byte, std::string(5000, 'x'), std::string("|")}) {
    Finding finding = found("global", nasty);
    finding.sub_scope = nasty;
    ServiceCheck check = checked(nasty, finding);
    check.key.asked = nasty;
    check.evidence = {{nasty, nasty}};
    ServiceCheck lost = checked(nasty, {});
    lost.key.asked = nasty;
    ServiceCheck failed = check;
    failed.failure = nasty;
    for (const ServiceCheck& one : {check, lost, failed}) {
      for (const Expectation& expect :
           {Expectation{}, Expectation{.region_scope = nasty + "!", .b2b = {}}}) {
        const std::string output = plugin_output(one, limits(expect), 3);
        const auto end = output.find('\n');
        const std::string line = output.substr(0, end);
        EXPECT_TRUE(std::regex_match(line, first)) << line;
        EXPECT_LT(std::min(line.find('|'), line.size()), 1001) << line;
        const std::string rest = output.substr(end);
        EXPECT_TRUE(std::ranges::all_of(rest, [](char c) {
          return c == '\n' || (c >= ' ' && c <= '~' && c != '|');
        })) << rest;
        EXPECT_LE(std::ranges::count(rest, '\n'), 14);
      }
    }
  }
}

}  // namespace
}  // namespace tenantscope
