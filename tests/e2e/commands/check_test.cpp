// `tenantscope check` as a monitoring system runs it: the line, its performance data, and exit
// codes from 0 to 3 only.
#include <gtest/gtest.h>

#include <csignal>
#include <regex>

#include <fmt/format.h>

#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* scenario = R"(
tenants:
  - {name: agency.example, tenant_id: 00000000-0000-0000-0000-00000000000a, cloud: usgov, region_scope: USGov, sub_scope: DODCON}
  - {name: bureau.example, cloud: usgov, region_scope: USG}
  - {name: territory.example, cloud: usgov}
  - {name: contoso.example, region_scope: NA}
  - {name: portal.example, region_scope: NA, fault: html}
  - {name: silent.example, region_scope: NA, fault: hang}
  - {name: slow.example, region_scope: NA, fault: {kind: slow, delay: 300ms}}
  - {name: nasty.example, region_scope: "NéA|b2b=1é[31m"}
)";

std::string line_of(const Finished& finished) {
  return finished.out.substr(0, finished.out.find('\n'));
}

class Check : public testing::Test {
 protected:
  Check() { write_file(file, configuration(authority.url(), "")); }

  Finished check(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"check", "--config.file=" + file.string()});
    return run_tenantscope(std::move(arguments));
  }

  Simulator authority{scenario};
  TemporaryFolder folder;
  std::filesystem::path file = folder.path() / "tenantscope.yaml";
};

struct Row {
  std::vector<std::string> arguments;
  int exit_code;
  const char* line;  // a pattern
};

TEST_F(Check, TellsTheStateOnOneLineWithPerformanceData) {
  const Row rows[] = {
      {{"Agency.EXAMPLE"},
       0,
       R"(TENANTSCOPE OK - agency\.example supports B2B \(USGov\)\|time=\d\.\d{3}s;;;0;10 b2b=1;;;0;1)"},
      {{"agency.example@usgov", "--cloud=global"}, 0, R"(.* OK - agency.*)"},
      {{"bureau.example"},
       2,
       R"(TENANTSCOPE CRITICAL - bureau\.example does not support B2B \(USG\)\|time=\d\.\d{3}s;;;0;10 b2b=0;;;0;1)"},
      {{"territory.example"},
       3,
       R"(TENANTSCOPE UNKNOWN - territory\.example: B2B unknown \(no scope\)\|time=\d\.\d{3}s;;;0;10)"},
      {{"missing.example", "--cloud=usgov"},
       3,
       R"(TENANTSCOPE UNKNOWN - missing\.example is not found in usgov\|time=.*)"},
      {{"portal.example"}, 3, R"(TENANTSCOPE UNKNOWN - portal\.example: not_json: [^|]*)"},
      {{"silent.example", "-t", "0.3"},
       3,
       R"(TENANTSCOPE UNKNOWN - silent\.example: timeout: [^|]*)"},
      {{"bureau.example", "--expect=not_supported"},
       0,
       R"(.* OK - bureau\.example does not support B2B \(USG\), as expected\|.*)"},
      {{"bureau.example", "--expect", "region_scope=usg"}, 0, R"(.* OK .*)"},
      {{"agency.example", "--expect=not_supported"},
       2,
       R"(.* CRITICAL - agency\.example supports B2B \(USGov\), unexpected\|.*)"},
      {{"--expect", "supported", "--expect", "region_scope=USG", "agency.example"},
       2,
       R"(.* CRITICAL - .*, expected scope USG\|.*)"},
      {{"missing.example", "--expect=unknown"},
       0,
       R"(.* OK - missing\.example is not found in global, as expected\|.*)"},
      {{"portal.example", "--expect=unknown"}, 3, R"(.* UNKNOWN - .*)"},
      {{"slow.example", "-w", "0.2", "-c", "@10:20", "-t", "5"},
       1,
       R"(.* WARNING - slow\.example supports B2B \(NA\), took \d\.\d+s\|time=\d\.\d+s;0\.2;@10:20;0;5 b2b=1;;;0;1)"},
      {{"slow.example", "--warning=0.1", "--critical=~:0.2"},
       2,
       R"(.* CRITICAL - .*\|time=\d\.\d+s;0\.1;~:0\.2;0;10 .*)"},
      {{"slow.example", "-w0.1:", "-c5:"}, 2, R"(.* CRITICAL - .*;0\.1:;5:;0;10 .*)"},
      {{"nasty.example"},
       0,
       R"(TENANTSCOPE OK - nasty\.example supports B2B \(N\?A\?b2b=1\.\.\.\)\|time=\d\.\d{3}s;;;0;10 b2b=1;;;0;1)"},
  };
  for (const Row& row : rows) {
    const Finished finished = check(row.arguments);
    EXPECT_EQ(finished.exit_code, row.exit_code) << finished.out << finished.err;
    EXPECT_TRUE(std::regex_match(line_of(finished), std::regex(row.line))) << row.line << "\n"
                                                                           << finished.out;
    EXPECT_LT(line_of(finished).substr(0, line_of(finished).find('|')).size(), 1001);
    EXPECT_EQ(lines_of(finished.out).size(), 1) << finished.out;
    EXPECT_EQ(finished.err, "");
  }
}

TEST_F(Check, SaysMoreWhenAskedWithoutBreakingTheFormat) {
  const auto names = [this](const std::string& flag) {
    std::string all;
    for (const std::string& line : lines_of(check({"nasty.example", flag}).out)) {
      EXPECT_TRUE(line.starts_with("TENANTSCOPE") || line.find('|') == std::string::npos) << line;
      all += line.starts_with("TENANTSCOPE") ? "" : line.substr(0, line.find(':')) + ",";
    }
    return all;
  };
  EXPECT_EQ(names("-v"), "environment,meaning,limit,limit,limit,rule,source,");
  EXPECT_EQ(names("-vv"),
            "environment,meaning,limit,limit,limit,rule,source,asked,found,region "
            "scope,cloud,tenant ID,");
  EXPECT_EQ(
      names("-vvv"),
      "environment,meaning,limit,limit,limit,rule,source,asked,found,region scope,cloud,tenant "
      "ID,url,status,sha256,request ID,bytes,");
}

TEST_F(Check, KnowsNoOtherExitThanUnknownForItsOwnErrors) {
  const auto broken = folder.path() / "broken.yaml";
  write_file(broken, "ruless: docs-2025\n");
  const Row rows[] = {
      {{"check"}, 3, "NAME"},
      {{"check", "common"}, 3, "common"},
      {{"check", "two words"}, 3, "two words"},
      {{"check", "a|b"}, 3, "a\\?b"},
      {{"check", "contoso.example@mars"}, 3, "mars"},
      {{"check", "contoso.example", "--no.such.flag"}, 3, "--no\\.such\\.flag"},
      {{"--no.such.flag", "check", "contoso.example"}, 3, "--no\\.such\\.flag"},
      {{"check", "contoso.example", "-w", "ten"}, 3, "--warning: .*ten"},
      {{"check", "contoso.example", "-c", "2:1"}, 3, "--critical: .*2:1"},
      {{"check", "contoso.example", "-t", "never"}, 3, "timeout"},
      {{"check", "contoso.example", "-t", "0"}, 3, "timeout"},
      {{"check", "contoso.example", "--expect=perhaps"}, 3, "perhaps"},
      {{"check", "contoso.example", "--expect=supported", "--expect=unknown"}, 3, "two things"},
      {{"check", "contoso.example", "--rules=docs-1999"}, 3, "--rules"},
      {{"check", "contoso.example", "--url=http://127.0.0.1:1", "--rules=docs-2025"}, 3, "--url"},
      {{"check", "contoso.example", "--url=http://127.0.0.1:1"}, 3, "http://127\\.0\\.0\\.1:1"},
      {{"check", "contoso.example", "--config.file=" + (folder.path() / "none").string()},
       3,
       "bad configuration"},
      {{"check", "contoso.example", "--config.file=" + broken.string()},
       3,
       "bad configuration[^]*\n.*broken\\.yaml:1:1: "},
  };
  for (const Row& row : rows) {
    const Finished finished = run_tenantscope(row.arguments);
    EXPECT_EQ(finished.exit_code, row.exit_code) << finished.out << finished.err;
    EXPECT_TRUE(finished.out.starts_with("TENANTSCOPE UNKNOWN - ")) << finished.out;
    EXPECT_TRUE(std::regex_search(finished.out, std::regex(row.line))) << row.line << "\n"
                                                                       << finished.out;
    EXPECT_LT(line_of(finished).size(), 1001);
    EXPECT_EQ(finished.out.find('|'), std::string::npos);
    EXPECT_EQ(finished.err, "");
  }
  const Finished help = run_tenantscope({"check", "--help"});
  EXPECT_EQ(help.exit_code, 3);
  for (const char* word : {"NAME", "--expect", "-w", "--warning", "-c", "--critical", "-t",
                           "--timeout", "-v", "--url", "--config.file", "--cloud", "--rules", "-V"})
    EXPECT_NE(help.out.find(word), std::string::npos) << word;
  const Finished version = run_tenantscope({"check", "-V"});
  EXPECT_EQ(version.exit_code, 3);
  EXPECT_EQ(version.out, run_tenantscope({"--version"}).out);
}

TEST_F(Check, AsksADaemon) {
  Deployment deployment(
      configuration(authority.url(),
                    "tenants: [{name: agency.example, cloud: usgov}, {name: bureau.example}, "
                    "{name: portal.example}, {name: missing.example}, "
                    "{name: contoso.example}, {name: agency.example, interval: 1h}]\n",
                    "{interval: 200ms, timeout: 500ms, confirmations: 2, confirm_interval: 50ms}"));
  deployment.start();
  ASSERT_TRUE(eventually([&] { return deployment.daemon().events().size() == 5; }))
      << deployment.daemon().log();
  ASSERT_TRUE(eventually(
      [&] { return !deployment.daemon().tenant("portal.example").at("failure").is_null(); }));
  const std::string url = "--url=" + deployment.daemon().url() + "/";
  const Row rows[] = {
      {{"agency.example@usgov"},
       0,
       R"(TENANTSCOPE OK - agency\.example supports B2B \(USGov\)\|time=\d\.\d{3}s;;;0;10 b2b=1;;;0;1)"},
      {{"agency.example", "--cloud=usgov", "-w8", "-c9"},
       0,
       R"(.*\|time=\d\.\d{3}s;8;9;0;10 b2b=1;;;0;1)"},
      {{"agency.example"}, 3, R"(TENANTSCOPE UNKNOWN - .*)"},
      {{"bureau.example"}, 2, R"(.* CRITICAL - bureau\.example does not support B2B \(USG\)\|.*)"},
      {{"bureau.example", "--expect=not_supported", "--expect=region_scope=USG"},
       0,
       R"(.* OK - .*, as expected\|.*)"},
      {{"bureau.example", "-c", "0:0", "--expect=not_supported"},
       2,
       R"(.* CRITICAL - .*, took \d.*)"},
      {{"missing.example"}, 3, R"(.* UNKNOWN - missing\.example is not found in global\|.*)"},
      {{"portal.example"},
       3,
       R"(TENANTSCOPE UNKNOWN - portal\.example: last probe failed: not_json)"},
      {{"unwatched.example"}, 3, R"(TENANTSCOPE UNKNOWN - .*)"},
  };
  for (const Row& row : rows) {
    std::vector<std::string> arguments{"check", url};
    arguments.insert(arguments.end(), row.arguments.begin(), row.arguments.end());
    const Finished finished = run_tenantscope(arguments);
    EXPECT_EQ(finished.exit_code, row.exit_code) << finished.out << finished.err;
    EXPECT_TRUE(std::regex_match(line_of(finished), std::regex(row.line))) << row.line << "\n"
                                                                           << finished.out;
    EXPECT_EQ(finished.err, "");
  }
  EXPECT_NE(run_tenantscope({"check", url, "unwatched.example"})
                .out.find("`unwatched.example` is not watched"),
            std::string::npos);
  EXPECT_NE(run_tenantscope({"check", url, "portal.example", "-vvv"})
                .out.find("\nfailure detail: not JSON, but text/html: "),
            std::string::npos);
  const std::string told = run_tenantscope({"check", url, "agency.example@usgov", "-vvv"}).out;
  for (const char* part : {"\nrule: usgov-scope-usgov of docs-2026\n", "\nsub scope: DODCON\n",
                           "\nchange pending: no\n", "\nlast success: 2",
                           "\ntenant ID: 00000000-0000-0000-0000-00000000000a\n"})
    EXPECT_NE(told.find(part), std::string::npos) << part << " in " << told;

  // What was confirmed goes on being shown, but isn't vouched for.
  authority.change("contoso.example", R"({"fault": {"kind": "slow", "delay": "400ms"}})");
  authority.process().signal(SIGSTOP);
  const auto line = [&] { return line_of(run_tenantscope({"check", url, "contoso.example"})); };
  EXPECT_TRUE(eventually([&] {
    return line().starts_with("TENANTSCOPE UNKNOWN - contoso.example: last probe failed: timeout");
  })) << line();
}

TEST_F(Check, SaysThatTheDaemonKnowsNothingRecent) {
  Deployment deployment(configuration(
      authority.url(),
      "tenants: [{name: contoso.example, interval: 1h, stale_after: 1s}, {name: silent.example}]\n",
      "{interval: 1h, timeout: 1m}"));
  deployment.start();
  const std::string url = "--url=" + deployment.daemon().url();
  const auto line = [&](const char* name) {
    return line_of(run_tenantscope({"check", url, name}));
  };
  EXPECT_EQ(line("silent.example"), "TENANTSCOPE UNKNOWN - silent.example: not probed yet");
  EXPECT_TRUE(eventually([&] {
    return line("contoso.example")
        .starts_with("TENANTSCOPE UNKNOWN - contoso.example: stale, last success 2");
  })) << line("contoso.example");
  EXPECT_EQ(run_tenantscope({"check", url, "contoso.example", "--expect=supported"}).exit_code, 3);

  deployment.daemon().process().signal(SIGSTOP);
  const Finished stopped = run_tenantscope({"check", url, "contoso.example", "-t", "0.3"});
  deployment.daemon().process().signal(SIGCONT);
  EXPECT_EQ(stopped.exit_code, 3);
  EXPECT_TRUE(stopped.out.starts_with("TENANTSCOPE UNKNOWN - http://127.0.0.1:")) << stopped.out;
}

}  // namespace
}  // namespace tenantscope::e2e
