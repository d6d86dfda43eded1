// The commands as people and scripts use them: what they print, and their exit codes.
#include <gtest/gtest.h>

#include <atomic>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <csignal>
#include <regex>

#include <fmt/format.h>

#include "e2e/rehearsal.hpp"
#include "support/raw_server.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* scenario = R"(
tenants:
  - {name: agency.example, tenant_id: 00000000-0000-0000-0000-00000000000a, cloud: usgov, region_scope: USGov, sub_scope: DODCON}
  - {name: bureau.example, cloud: usgov, hosts: global, region_scope: USG}
  - {name: contoso.example, region_scope: NA}
  - {name: factory.example, cloud: china, region_scope: AS}
  - {name: portal.example, region_scope: NA, fault: html}
)";

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Usage, HelpIsThereForEveryCommand) {
  struct {
    std::vector<std::string> arguments;
    std::vector<std::string> words;
  } const commands[] = {
      {{"--help"}, {"serve", "lookup", "check", "events", "config", "simulate", "--version"}},
      {{"serve", "--help"},
       {"--config.file", "--storage.path", "--web.listen-address", "--web.enable-lifecycle",
        "--log.level", "--log.format"}},
      {{"lookup", "--help"},
       {"NAME", "--from", "--output", "--cloud", "--clouds", "--rules", "--config.file", "--url"}},
      {{"events", "--help"},
       {"--storage.path", "--url", "--after", "--since", "--tenant", "--follow", "--output"}},
      {{"config", "--help"}, {"check"}},
      {{"config", "check", "--help"}, {"FILE"}},
      {{"simulate", "--help"},
       {"--scenario", "--listen-address", "--tls.directory", "/control/tenants"}},
  };
  for (const auto& command : commands) {
    const Finished finished = run_tenantscope(command.arguments);
    EXPECT_EQ(finished.exit_code, 0) << command.arguments[0];
    for (const std::string& word : command.words)
      EXPECT_TRUE(holds(finished.out, word)) << word << " in " << finished.out;
    EXPECT_EQ(finished.err, "");
  }
}

TEST(Usage, VersionSaysVersionRevisionAndCompiler) {
  const Finished version = run_tenantscope({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_TRUE(std::regex_match(
      version.out,
      std::regex("tenantscope \\d+\\.\\d+\\.\\d+, revision \\S+, g\\+\\+ \\d+\\..*\n")))
      << version.out;
}

TEST(Usage, WrongUsageExitsWith2AndSaysWhatIsWrong) {
  struct {
    std::vector<std::string> arguments;
    const char* said;
  } const wrong[] = {
      {{}, "subcommand"},
      {{"serf"}, "subcommand"},
      {{"serve", "--no.such.flag"}, "--no.such.flag"},
      {{"serve", "--log.level=loud"}, "--log.level"},
      {{"serve", "--log.format=xml"}, "--log.format"},
      {{"config"}, "subcommand"},
      {{"config", "check"}, "FILE"},
      {{"lookup"}, "NAME"},
      {{"lookup", "common"}, "common"},
      {{"lookup", "two words"}, "two words"},
      {{"lookup", "contoso.example", "--cloud=mars"}, "mars"},
      {{"lookup", "contoso.example@mars"}, "mars"},
      {{"lookup", "contoso.example", "--rules=docs-1999"}, "--rules"},
      {{"lookup", "contoso.example", "--output=xml"}, "--output"},
      {{"events", "--after=yesterday"}, "--after"},
      {{"events", "--since=yesterday"}, "--since"},
      {{"events", "--tenant=common"}, "common"},
      {{"events", "--url=http://127.0.0.1:1", "--storage.path=data"}, "--url"},
  };
  for (const auto& usage : wrong) {
    const Finished finished = run_tenantscope(usage.arguments);
    EXPECT_EQ(finished.exit_code, 2) << usage.said << ": " << finished.err;
    EXPECT_TRUE(holds(finished.err, usage.said)) << usage.said << " in " << finished.err;
    EXPECT_EQ(finished.out, "");
  }
}

class Lookup : public testing::Test {
 protected:
  Lookup() { write_file(file, configuration(authority.url(), "")); }

  Finished lookup(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"lookup", "--config.file=" + file.string()});
    return run_tenantscope(std::move(arguments));
  }

  Simulator authority{scenario};
  TemporaryFolder folder;
  std::filesystem::path file = folder.path() / "tenantscope.yaml";
};

TEST_F(Lookup, ExplainsInText) {
  const Finished finished = lookup({"Agency.EXAMPLE"});
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  for (const char* part :
       {"agency.example (asked in global)", "supported", "USGov", "DODCON", "usgov",
        "00000000-0000-0000-0000-00000000000a", "usgov-scope-usgov of docs-2026",
        "  environment   GCC High. ", "proves no licence", "  seen          20",
        "https://learn.microsoft.com/", "Microsoft Entra admin center"})
    EXPECT_TRUE(holds(finished.out, part)) << part << " in " << finished.out;
}

TEST_F(Lookup, GivesEveryKeyInJson) {
  const Finished finished =
      lookup({"--output=json", "agency.example@usgov", "missing.example", "contoso.example"});
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  const json::value answer = json::parse(finished.out);
  ASSERT_EQ(answer.as_array().size(), 3);
  const std::vector<std::string> keys{
      "tenant",       "asked",     "found", "cloud", "environment",   "tenant_id",
      "region_scope", "sub_scope", "b2b",   "rule",  "rules",         "explanation",
      "source",       "limits",    "seen",  "error", "failure_detail"};
  for (const json::value& one : answer.as_array()) {
    std::vector<std::string> has;
    for (const auto& member : one.as_object())
      has.emplace_back(member.key());
    EXPECT_EQ(has, keys);
    EXPECT_TRUE(one.at("limits").is_array());
    EXPECT_TRUE(text_at(one, "/seen").starts_with("20")) << "also where there is no such tenant";
    EXPECT_EQ(text_at(one, "/error"), "null");
  }
  const json::value& agency = answer.at(0);
  EXPECT_EQ(text_at(agency, "/tenant"), "agency.example");
  EXPECT_EQ(text_at(agency, "/asked"), "usgov");
  EXPECT_EQ(text_at(agency, "/found"), "true");
  EXPECT_EQ(text_at(agency, "/cloud"), "usgov");
  EXPECT_EQ(text_at(agency, "/tenant_id"), "00000000-0000-0000-0000-00000000000a");
  EXPECT_EQ(text_at(agency, "/region_scope"), "USGov");
  EXPECT_EQ(text_at(agency, "/sub_scope"), "DODCON");
  EXPECT_EQ(text_at(agency, "/b2b"), "supported");
  const json::value& missing = answer.at(1);
  EXPECT_EQ(text_at(missing, "/found"), "false");
  for (const char* key : {"/cloud", "/tenant_id", "/region_scope", "/sub_scope"})
    EXPECT_EQ(text_at(missing, key), "null");
  EXPECT_EQ(text_at(missing, "/b2b"), "unknown");
  EXPECT_EQ(text_at(missing, "/rule"), "not-found");
}

TEST_F(Lookup, AFailedProbeExitsWith1AndNamesTheReason) {
  const Finished text = lookup({"portal.example", "contoso.example"});
  EXPECT_EQ(text.exit_code, 1);
  EXPECT_TRUE(holds(text.out, "not_json")) << text.out;
  EXPECT_TRUE(holds(text.out, "contoso.example  global")) << text.out;
  const Finished finished = lookup({"--output=json", "portal.example"});
  EXPECT_EQ(finished.exit_code, 1);
  const json::value answer = json::parse(finished.out);
  EXPECT_EQ(text_at(answer, "/0/error"), "not_json");
  EXPECT_EQ(text_at(answer, "/0/found"), "null");
  EXPECT_EQ(text_at(answer, "/0/seen"), "null");
  EXPECT_EQ(text_at(answer, "/0/b2b"), "unknown");
}

TEST_F(Lookup, JudgesByTheRulesThatAreNamed) {
  for (const auto& [rules, b2b] :
       {std::pair("docs-2026", "supported"), std::pair("docs-2025", "supported"),
        std::pair("seed-2022", "unknown")}) {
    const json::value answer =
        json::parse(lookup({"--output=json", fmt::format("--rules={}", rules), "factory.example",
                            "--cloud=china"})
                        .out);
    EXPECT_EQ(text_at(answer, "/0/b2b"), b2b);
    EXPECT_EQ(text_at(answer, "/0/rules"), rules);
    EXPECT_EQ(text_at(answer, "/0/asked"), "china");
  }
  write_file(file, configuration(authority.url(), "rules: seed-2022\n"));
  EXPECT_EQ(text_at(json::parse(lookup({"--output=json", "factory.example"}).out), "/0/b2b"),
            "unknown");
}

TEST_F(Lookup, ABadConfigurationExitsWith78) {
  write_file(file, "ruless: docs-2025\n");
  const Finished finished = lookup({"contoso.example"});
  EXPECT_EQ(finished.exit_code, 78);
  EXPECT_TRUE(holds(finished.err, file.string() + ":1:1: ")) << finished.err;
}

TEST_F(Lookup, TrustsTheCertificateOfTheConfiguration) {
  const Simulator secure(scenario, {"--tls.directory=" + (folder.path() / "tls").string()});
  ASSERT_TRUE(secure.url().starts_with("https://"));
  write_file(file, fmt::format("clouds: {{global: {{authority: \"{}\"}}}}\n", secure.url()));
  const Finished distrusted = lookup({"--output=json", "contoso.example"});
  EXPECT_EQ(distrusted.exit_code, 1);
  EXPECT_EQ(text_at(json::parse(distrusted.out), "/0/error"), "tls");
  write_file(file,
             fmt::format(
                 "clouds: {{global: {{authority: \"{}\", tls_config: {{ca_file: tls/ca.pem}}}}}}\n",
                 secure.url()));
  const Finished trusted = lookup({"--output=json", "contoso.example"});
  EXPECT_EQ(trusted.exit_code, 0) << trusted.out;
  EXPECT_EQ(text_at(json::parse(trusted.out), "/0/region_scope"), "NA");
}

class Events : public testing::Test {
 protected:
  void SetUp() override {
    deployment.start();
    await_events(3);
    authority.change("bureau.example", R"({"region_scope": "USGov"})");
    await_events(4);
    authority.change("contoso.example", R"({"region_scope": "EU"})");
    await_events(5);
  }

  void await_events(std::size_t count) {
    ASSERT_TRUE(eventually([&] { return deployment.daemon().events().size() == count; }))
        << deployment.daemon().log();
  }

  // From the storage and from the daemon: the same.
  Finished events(const std::vector<std::string>& arguments) {
    std::vector<std::string> from_storage{"events",
                                          "--storage.path=" + deployment.storage().string()};
    std::vector<std::string> from_daemon{"events", "--url=" + deployment.daemon().url() + "/"};
    for (const std::string& argument : arguments) {
      from_storage.push_back(argument);
      from_daemon.push_back(argument);
    }
    Finished finished = run_tenantscope(from_storage);
    const Finished told = run_tenantscope(from_daemon);
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    EXPECT_EQ(told.exit_code, 0) << told.err;
    EXPECT_EQ(finished.out, told.out);
    return finished;
  }

  std::vector<int> sequences(const std::vector<std::string>& arguments) {
    std::vector<int> numbers;
    for (const std::string& line : lines_of(events(arguments).out))
      numbers.push_back(std::stoi(line.substr(0, line.find(' '))));
    return numbers;
  }

  Simulator authority{scenario};
  Deployment deployment{configuration(authority.url(),
                                      "tenants: [{name: agency.example, cloud: usgov}, {name: "
                                      "bureau.example}, {name: contoso.example}]\n")};
};

TEST_F(Events, ArePrintedAsAsked) {
  const auto all = deployment.daemon().events();
  EXPECT_EQ(sequences({}), (std::vector{1, 2, 3, 4, 5}));
  EXPECT_EQ(sequences({"--after=3"}), (std::vector{4, 5}));
  EXPECT_EQ(sequences({"--after=5"}), std::vector<int>{});
  EXPECT_EQ(sequences({"--tenant=BUREAU.example"}).back(), 4);
  EXPECT_EQ(sequences({"--tenant=bureau.example"}).size(), 2);
  EXPECT_EQ(sequences({"--since=" + text_at(all[3], "/time")}), (std::vector{4, 5}));
  EXPECT_EQ(sequences({"--since=2099-01-01T00:00:00Z"}), std::vector<int>{});
  EXPECT_EQ(sequences({"--since=1h", "--after=4"}), std::vector{5});

  const auto text = lines_of(events({"--after=3"}).out);
  ASSERT_EQ(text.size(), 2);
  EXPECT_TRUE(holds(text[0],
                    "warning  bureau.example@global: region scope USG -> USGov, B2B not supported "
                    "-> supported."))
      << text[0];
  EXPECT_TRUE(holds(text[1], "contoso.example@global: region scope NA -> EU.")) << text[1];
  const auto first = lines_of(events({"--tenant=agency.example"}).out);
  ASSERT_EQ(first.size(), 1);
  EXPECT_TRUE(holds(first[0],
                    "info     agency.example@usgov: baseline: GCC High, region scope USGov, "
                    "B2B supported."))
      << first[0];

  std::string lines;
  for (const json::object& event : all)
    lines += json::serialize(event) + "\n";
  EXPECT_EQ(events({"--output=json"}).out, lines);
}

TEST_F(Events, AreFollowed) {
  for (const std::string& where :
       {"--storage.path=" + deployment.storage().string(), "--url=" + deployment.daemon().url()}) {
    const auto last = deployment.daemon().events().size();
    Process follower(
        tenantscope_command({"events", where, "--follow", fmt::format("--after={}", last - 1)}));
    EXPECT_TRUE(eventually([&] { return lines_of(follower.out()).size() == 1; })) << follower.err();
    authority.change("contoso.example", fmt::format(R"({{"region_scope": "X{}"}})", last));
    EXPECT_TRUE(eventually([&] { return lines_of(follower.out()).size() == 2; })) << follower.err();
    EXPECT_TRUE(holds(follower.out(), fmt::format("-> X{}", last))) << follower.out();
    EXPECT_FALSE(follower.ended());
  }
}

TEST_F(Events, AreFollowedThoughTheDaemonHasNoRoomForAWhile) {
  const std::string events = http_get(deployment.daemon().url() + "/api/v1/events?limit=1").body;
  const std::string busy =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n";
  const std::string one =
      fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", events.size(), events);
  std::atomic<int> asked = 0;
  const RawServer daemon([&](RawConnection& connection) {
    while (connection.read_head())
      connection.send(++asked == 2 ? one : busy);
  });
  Process follower(tenantscope_command({"events", "--url=" + daemon.url(), "--follow"}));
  EXPECT_TRUE(eventually([&] { return asked >= 4; })) << follower.err();
  EXPECT_EQ(lines_of(follower.out()).size(), 1u) << follower.out();
  EXPECT_FALSE(follower.ended());

  const Finished once = run_tenantscope({"events", "--url=" + daemon.url()});
  EXPECT_EQ(once.exit_code, 1);
  EXPECT_TRUE(holds(once.err, "too busy: try again in a moment")) << once.err;
}

TEST_F(Events, AreReadableWithoutADaemon) {
  const auto before = deployment.journal();
  EXPECT_EQ(deployment.stop(), 0);
  EXPECT_EQ(deployment.journal(), before);
}

TEST_F(Events, ThatLeftTheJournalAreNamedGone) {
  EXPECT_EQ(deployment.stop(), 0);
  deployment.configure(read_file(deployment.config_file()) + "events: {retention: 1ms}\n");
  deployment.start();
  const std::string& url = deployment.daemon().url();
  ASSERT_TRUE(eventually([&] { return http_get(url + "/api/v1/events?after=0").status == 410; }));
  EXPECT_TRUE(holds(http_get(url + "/api/v1/events?after=0").body, fmt::format("{:020}", 6)));
  const Finished finished = run_tenantscope({"events", "--url=" + url, "--after=0"});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_TRUE(holds(finished.err, fmt::format("{:020}", 6))) << finished.err;
  EXPECT_EQ(sequences({}), std::vector<int>{});

  // The state outlives its events: what comes next is a change, not a baseline.
  authority.change("contoso.example", R"({"region_scope": "AS"})");
  await_events(1);
  EXPECT_EQ(sequences({}), std::vector{6});
  EXPECT_EQ(text_at(deployment.daemon().events().at(0), "/data/generation"), "3");
}

TEST(EventsWithout, StorageOrDaemonAreAnError) {
  const TemporaryFolder folder;
  const Finished none = run_tenantscope({"events", "--storage.path=" + folder.path().string()});
  EXPECT_EQ(none.exit_code, 78);
  EXPECT_TRUE(holds(none.err, folder.path().string())) << none.err;
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  const Finished nobody = run_tenantscope({"events", "--url=http://127.0.0.1:1"});
  EXPECT_EQ(nobody.exit_code, 1);
  EXPECT_TRUE(holds(nobody.err, "http://127.0.0.1:1")) << nobody.err;
}

TEST(Api, RefusesWhatItCannotAnswer) {
  const Simulator authority(scenario);
  Deployment deployment(configuration(authority.url(),
                                      "tenants: [{name: contoso.example}, {name: contoso.example, "
                                      "cloud: usgov}, {name: agency.example}]\n"));
  const std::string url = deployment.start().url();
  ASSERT_TRUE(eventually([&] { return deployment.daemon().events().size() == 3; }));
  struct {
    const char* method;
    const char* path;
    int status;
    const char* said;
  } const requests[] = {
      {"GET", "/-/healthy", 200, ""},
      {"GET", "/-/ready", 200, ""},
      {"POST", "/metrics", 405, ""},
      {"GET", "/no/such/path", 404, ""},
      {"GET", "/api/v1/no", 404, R"("status":"error")"},
      {"GET", "/api/v1/tenants/contoso.example", 400, "several clouds"},
      {"GET", "/api/v1/tenants/contoso.example?cloud=usgov", 200, R"("asked":"usgov")"},
      {"GET", "/api/v1/tenants/missing.example", 404, "not watched"},
      {"GET", "/api/v1/tenants/common", 400, "common"},
      {"GET", "/api/v1/tenants?cloud=usgov", 200, R"("total":1)"},
      {"GET", "/api/v1/tenants?q=CONTOSO&limit=1", 200, R"("total":2)"},
      {"GET", "/api/v1/tenants?state=supported&offset=2", 200,
       R"({"tenants":[{"tenant":"agency.example")"},
      {"GET", "/api/v1/tenants?state=perhaps", 400, "perhaps"},
      {"GET", "/api/v1/tenants?limit=many", 400, "many"},
      {"GET", "/api/v1/events?after=-1", 400, "after"},
      {"GET", "/api/v1/events?limit=1001", 400, "limit"},
      {"GET", "/api/v1/events?wait=soon", 400, "soon"},
      {"GET", "/api/v1/events?after=2&limit=1", 200, R"("next":3,"journal":")"},
      {"GET", "/api/v1/events?after=3", 200, R"({"events":[],"next":3,)"},
      {"GET", "/api/v1/events?after=3&wait=200ms", 200, R"({"events":[],"next":3,)"},
  };
  for (const auto& request : requests) {
    const HttpAnswer answer = http(request.method, url + request.path);
    EXPECT_EQ(answer.status, request.status) << request.path;
    EXPECT_TRUE(holds(answer.body, request.said)) << request.path << ": " << answer.body;
  }
}

TEST(ConfigCheck, GivesEveryFindingWithItsPlace) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "tenantscope.yaml";
  write_file(file,
             "rules: docs-2025\n"
             "tenants:\n"
             "  - {name: common}\n"
             "  - {name: contoso.example, intervall: 5m}\n"
             "  - {name: Contoso.Example}\n");
  const Finished wrong = run_tenantscope({"config", "check", file});
  EXPECT_EQ(wrong.exit_code, 78);
  const auto findings = lines_of(wrong.out);
  ASSERT_EQ(findings.size(), 3) << wrong.out << wrong.err;
  EXPECT_TRUE(findings[0].starts_with(file.string() + ":3:12: ")) << findings[0];
  EXPECT_TRUE(findings[1].starts_with(file.string() + ":4:29: ")) << findings[1];
  EXPECT_TRUE(holds(findings[1], "did you mean `interval`?")) << findings[1];
  EXPECT_TRUE(findings[2].starts_with(file.string() + ":5:12: ")) << findings[2];

  const Finished missing =
      run_tenantscope({"config", "check", (folder.path() / "none.yaml").string()});
  EXPECT_EQ(missing.exit_code, 78);
  EXPECT_TRUE(holds(missing.out, "none.yaml:1:1: ")) << missing.out;

  write_file(file, "tenants: [{name: contoso.example, interval: 10ms}]\n");
  const Finished doubtful = run_tenantscope({"config", "check", file});
  EXPECT_EQ(doubtful.exit_code, 0);
  EXPECT_TRUE(holds(doubtful.out, "warning: ")) << doubtful.out;
}

TEST(ConfigCheck, AcceptsWhatIsShipped) {
  for (const auto& entry : std::filesystem::directory_iterator(TENANTSCOPE_SOURCE "/config")) {
    if (entry.path().extension() != ".yaml" ||
        entry.path().filename().string().find("scenario") != std::string::npos)
      continue;
    const std::string flag = entry.path().filename() == "web.yaml" ? "--web.config.file=" : "";
    const Finished finished = run_tenantscope({"config", "check", flag + entry.path().string()});
    EXPECT_EQ(finished.exit_code, 0) << finished.out;
    for (const std::string& line : lines_of(finished.out))
      EXPECT_TRUE(holds(line, ": hint: ")) << line;
  }
}

TEST(ServeCheck, SaysWhatAStartWouldRefuseAndStartsNothing) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "tenantscope.yaml";
  const auto web = folder.path() / "web.yaml";
  const auto storage = folder.path() / "data";
  write_file(file, "tenants: [{name: contoso.example}]\n");
  write_file(web, "{}\n");
  const auto check = [&](std::vector<std::string> flags) {
    flags.insert(flags.begin(),
                 {"serve", "--config.file=" + file.string(), "--storage.path=" + storage.string()});
    flags.emplace_back("--check");
    const Finished finished = run_tenantscope(flags);
    EXPECT_FALSE(std::filesystem::exists(storage));
    return fmt::format("{} {}{}", finished.exit_code, finished.out, finished.err);
  };
  const std::string with_web = "--web.config.file=" + web.string();
  EXPECT_TRUE(check({with_web, "--log.level=debug"}).starts_with("0 "));
  EXPECT_TRUE(holds(check({"--web.enable-everything"}), "--web.enable-everything"));
  EXPECT_TRUE(check({"--web.enable-everything"}).starts_with("2 "));
  EXPECT_TRUE(check({"--log.level=loud"}).starts_with("2 ")) << check({"--log.level=loud"});
  write_file(web, "no_such_key: 1\n");
  EXPECT_TRUE(check({with_web}).starts_with("78 " + web.string() + ":1:1: "));
  write_file(file, "no_such_key: 1\n");
  EXPECT_TRUE(check({}).starts_with("78 " + file.string() + ":1:1: "));
}

TEST(Simulate, SaysWhatIsWrong) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "scenario.yaml";
  write_file(file, "tenants:\n  - {name: common}\n  - {name: a.example, fault: explode}\n");
  const Finished findings = run_tenantscope({"simulate", "--scenario=" + file.string()});
  EXPECT_EQ(findings.exit_code, 78);
  EXPECT_TRUE(holds(findings.err, file.string() + ":2:12: ")) << findings.err;
  EXPECT_TRUE(holds(findings.err, file.string() + ":3:30: unknown fault `explode`"))
      << findings.err;

  EXPECT_EQ(
      run_tenantscope({"simulate", "--scenario=" + (folder.path() / "none").string()}).exit_code,
      78);
  EXPECT_EQ(run_tenantscope({"simulate", "--listen-address=192.0.2.1:0"}).exit_code, 2);
  const Simulator first("{}");
  EXPECT_EQ(run_tenantscope({"simulate", "--listen-address=" + first.address()}).exit_code, 1);
  const HttpAnswer refused =
      http("PUT", first.url() + "/control/tenants/a.example", R"({"region": "NA"})");
  EXPECT_EQ(refused.status, 400);
  EXPECT_TRUE(holds(refused.body, "body:1:2: ")) << refused.body;
}

}  // namespace
}  // namespace tenantscope::e2e
