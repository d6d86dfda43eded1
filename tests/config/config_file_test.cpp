#include "config/config_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "config/config_folder.hpp"
#include "config/with_examples.hpp"
#include "support/sample_certificate.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

Settings settings_of(const std::string& config) {
  const ConfigFolder folder(config);
  LoadedConfig loaded = folder.load();
  for (const std::string& error : folder.shown(loaded.errors))
    ADD_FAILURE() << config << error;
  return std::move(loaded.settings);
}

TEST(GoodConfig, NothingMeansTheDefaults) {
  for (const char* config :
       {"{}\n", "tenants: []\n", "\xEF\xBB\xBF{}", "probe: {}\nclouds: {}\nevents: {}\n"}) {
    const Settings settings = settings_of(config);
    EXPECT_EQ(settings.rules, RuleSet::docs_2026);
    EXPECT_EQ(settings.probe, ProbeSettings{});
    EXPECT_EQ(settings.clouds.size(), builtin_clouds().size());
    EXPECT_TRUE(settings.tenants.empty());
    EXPECT_EQ(settings.events.source, "tenantscope");
    EXPECT_EQ(settings.events.retention, 90 * 24h);
    EXPECT_TRUE(settings.events.sinks.empty());
  }
}

// A file that is about to be written, or a pipe that was read before.
TEST(BadConfig, SaysNothing) {
  for (const char* config : {"", "\n \n", "# nothing\n", "---\n", "~\n", "\xEF\xBB\xBF"}) {
    const ConfigFolder folder(config);
    const auto errors = folder.errors();
    ASSERT_EQ(errors.size(), 1u) << config;
    EXPECT_NE(errors[0].find("the configuration is empty, or has nothing but comments; write {}"),
              std::string::npos)
        << errors[0];
  }
  EXPECT_EQ(ConfigFolder("").load().errors[0].line, 1);
}

TEST(GoodConfig, EveryKey) {
  const std::string config = R"(rules: seed-2022
probe:
  interval: 20m
  timeout: 5s
  confirmations: 3
  confirm_interval: 200ms
  stale_after: 2h
clouds:
  global:
    authority: https://LOGIN.microsoftonline.com/
    requests_per_second: 2.5
    connections: 4
    tls_config: {ca_file: ""}
    proxy_url: http://Proxy.example:3128/
  rehearsal_1-a:
    authority: "http://[::1]:8080"
  own: {authority: "https://Login.example:8443"}
tenants:
  - name: Agency.onmicrosoft.us
    cloud: usgov
    tenant_id: F8CDEF31-a31e-4b4a-93e4-5f571e91255a
    expect: {region_scope: USGov, b2b: not_supported}
    interval: 5m
    timeout: 1s
    confirmations: 1
    confirm_interval: 10s
    stale_after: 7d
    labels: {team: identity, Number_1: 5, empty: "", yes: no}
  - {name: bücher.example, cloud: own, expect: {region_scope: ""}}
  - {name: "f8cdef31-a31e-4b4a-93e4-5f571e91255a", cloud: rehearsal_1-a}
events:
  source: https://example.org/tenantscope
  retention: 30d
  sinks:
    - {name: audit, file: {path: logs/events.jsonl}}
    - {name: Audit_2, file: {path: /var/log/..events.jsonl}}
)";
  const Settings settings = settings_of(config);

  EXPECT_EQ(settings.rules, RuleSet::seed_2022);
  EXPECT_EQ(settings.probe, (ProbeSettings{20min, 5s, 3, 200ms, 2h}));

  const Cloud& global = *find_cloud(settings.clouds, "global");
  EXPECT_EQ(global.authority, "https://login.microsoftonline.com");
  EXPECT_EQ(global.hosts, find_cloud(builtin_clouds(), "global")->hosts);
  EXPECT_EQ(global.requests_per_second, 2.5);
  EXPECT_EQ(global.connections, 4u);
  EXPECT_EQ(global.http.tls, TlsClientSettings{});
  EXPECT_EQ(global.http.proxy.url, "http://proxy.example:3128");
  EXPECT_EQ(find_cloud(settings.clouds, "rehearsal_1-a")->authority, "http://[::1]:8080");
  EXPECT_TRUE(find_cloud(settings.clouds, "rehearsal_1-a")->hosts.empty());
  EXPECT_EQ(find_cloud(settings.clouds, "own")->authority, "https://login.example:8443");
  EXPECT_EQ(cloud_of_host(settings.clouds, "login.example"), "own");

  ASSERT_EQ(settings.tenants.size(), 3u);
  const TenantSettings agency{
      .key = {"usgov", "agency.onmicrosoft.us"},
      .tenant_id = parse_guid("f8cdef31-a31e-4b4a-93e4-5f571e91255a"),
      .expect = {"USGov", B2b::not_supported},
      .probe = {5min, 1s, 1, 10s, 7 * 24h},
      .labels = {{"team", "identity"}, {"Number_1", "5"}, {"empty", ""}, {"yes", "no"}},
  };
  EXPECT_EQ(settings.tenants[0], agency);
  EXPECT_EQ(settings.tenants[1], (TenantSettings{.key = {"own", "xn--bcher-kva.example"},
                                                 .expect = {.region_scope = ""},
                                                 .probe = settings.probe}));
  EXPECT_EQ(settings.tenants[2],
            (TenantSettings{.key = {"rehearsal_1-a", "f8cdef31-a31e-4b4a-93e4-5f571e91255a"},
                            .probe = settings.probe}));

  EXPECT_EQ(settings.events.source, "https://example.org/tenantscope");
  EXPECT_EQ(settings.events.retention, 30 * 24h);
  ASSERT_EQ(settings.events.sinks.size(), 2u);
  EXPECT_EQ(settings.events.sinks[0].name, "audit");
  EXPECT_EQ(std::get<FileSinkSettings>(settings.events.sinks[0].target).path, "logs/events.jsonl");
  EXPECT_EQ(settings.events.sinks[1].name, "Audit_2");
  EXPECT_EQ(std::get<FileSinkSettings>(settings.events.sinks[1].target).path,
            "/var/log/..events.jsonl");
}

TEST(GoodConfig, StaleAfterFollowsTheIntervalUntilStated) {
  struct Case {
    std::string config;
    Duration general;
    Duration tenants;
  };
  const std::vector<Case> cases{
      {"tenants: [{name: a.example}]\n", 1h, 1h},
      {"probe: {interval: 5m}\ntenants: [{name: a.example}]\n", 20min, 20min},
      {"probe: {interval: 5m}\ntenants: [{name: a.example, interval: 1h}]\n", 20min, 4h},
      {"probe: {interval: 5m, stale_after: 30m}\ntenants: [{name: a.example, interval: 1h}]\n",
       30min, 30min},
      {"probe: {stale_after: 30m}\ntenants: [{name: a.example, interval: 1h, stale_after: 2h}]\n",
       30min, 2h},
      {"tenants: [{name: a.example, interval: 1h, stale_after: 2h}]\nprobe: {interval: 1m}\n", 4min,
       2h},
  };
  for (const auto& [config, general, tenants] : cases) {
    const Settings settings = settings_of(config);
    EXPECT_EQ(settings.probe.stale_after, general) << config;
    ASSERT_EQ(settings.tenants.size(), 1u) << config;
    EXPECT_EQ(settings.tenants[0].probe.stale_after, tenants) << config;
  }
}

TEST(GoodConfig, LoopbackMayBePlain) {
  for (const char* authority : {"http://localhost:1", "http://127.0.0.1:8080", "http://127.1.2.3",
                                "http://[::1]", "https://127.0.0.1:1"}) {
    const Settings settings =
        settings_of(std::string("clouds: {here: {authority: \"") + authority + "\"}}\n");
    EXPECT_EQ(find_cloud(settings.clouds, "here")->authority, authority);
    EXPECT_TRUE(find_cloud(settings.clouds, "here")->hosts.empty());
  }
}

TEST(GoodConfig, CaFileIsRelativeToTheConfiguration) {
  const ConfigFolder folder;
  folder.write("sub/c.yaml", "clouds: {global: {tls_config: {ca_file: ../ca.pem}}}\n");
  folder.write("ca.pem", "# ours\n" + sample_certificate);
  const LoadedConfig loaded = folder.load("sub/c.yaml");
  EXPECT_TRUE(loaded.errors.empty());
  EXPECT_EQ(find_cloud(loaded.settings.clouds, "global")->http.tls.ca_file, folder.path("ca.pem"));
}

TEST(BadConfig, CaFileHoldsNothingButWholeCertificates) {
  const std::string half = sample_certificate.substr(0, sample_certificate.size() / 2);
  const std::string key =
      "-----BEGIN PRIVATE "
      "KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF\n-----END "
      "PRIVATE KEY-----\n";
  const std::string garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  for (const std::string& content : {half, key, garbage, sample_certificate + garbage}) {
    const ConfigFolder folder("clouds: {global: {tls_config: {ca_file: ca.pem}}}\n");
    folder.write("ca.pem", content);
    EXPECT_EQ(folder.errors(),
              (std::vector<std::string>{"c:1:41: `ca_file` `ca.pem` holds something else than "
                                        "certificates in PEM form, or a broken one"}))
        << content;
  }
}

TEST(GoodConfig, LineEndsOfWindows) {
  const Settings settings = settings_of(
      "\xEF\xBB\xBFtenants:\r\n  - name: a.example\r\n    labels:\r\n      team: x y\r\n  - name: "
      "b.example\r\n");
  ASSERT_EQ(settings.tenants.size(), 2u);
  EXPECT_EQ(settings.tenants[0].labels, (Labels{{"team", "x y"}}));
  EXPECT_EQ(settings.tenants[1].key.name, "b.example");
}

TEST(TenantFiles, AreFoundByPatternInTheirOrderEachOnce) {
  const ConfigFolder folder(
      "tenants: [{name: first.example}]\n"
      "tenant_files: [z.json, \"t*/*.yaml\", t.d/b.yaml, ./z.json, \"none/*.yaml\", \"t.d/*.yml\", "
      "\"t.d/[bc].yaml\"]\n");
  folder.write("t.d/b.yaml", "- name: b.example\n");
  folder.write("t.d/a.yaml", "- name: a.example\n");
  folder.write("t.d/.hidden.yaml", "- name: hidden.example\n");
  folder.write("t.d/a.txt", "- name: text.example\n");
  folder.write("t.e/empty.yaml", "[]\n");
  folder.write("z.json",
               "[{\"name\": \"z.example\", \"cloud\": \"usgov\", \"interval\": \"5m\", "
               "\"confirmations\": 3}]");
  const LoadedConfig loaded = folder.load();
  EXPECT_EQ(folder.shown(loaded.errors), std::vector<std::string>{});
  std::vector<std::string> names;
  for (const TenantSettings& tenant : loaded.settings.tenants)
    names.push_back(to_string(tenant.key));
  EXPECT_EQ(names, (std::vector<std::string>{"first.example@global", "z.example@usgov",
                                             "a.example@global", "b.example@global"}));
  EXPECT_EQ(loaded.settings.tenants[1].probe, (ProbeSettings{5min, 10s, 3, 30s, 20min}));
}

TEST(TenantFiles, WarnWhereAPatternMatchesNothing) {
  const ConfigFolder folder("tenant_files: [\"t.d/*.yaml\", \"none/*\", \"t.d/[b].yaml\"]\n");
  folder.write("t.d/a.yaml", "- name: a.example\n");
  const LoadedConfig loaded = folder.load();
  EXPECT_EQ(loaded.unmatched, (std::vector<std::string>{"none/*", "t.d/[b].yaml"}));
  EXPECT_EQ(folder.shown(loaded.warnings),
            (std::vector<std::string>{
                "c:1:30: no file matches `none/*`: no tenant comes from there",
                "c:1:40: no file matches `t.d/[b].yaml`: no tenant comes from there"}));
}

// A pipe holds the reading up between the file before it and the end.
TEST(TenantFiles, AreKnownToHaveChangedWhileTheyWereRead) {
  const ConfigFolder folder("tenant_files: [a.yaml, b.yaml]\n");
  folder.write("a.yaml", "- name: a.example\n");
  ASSERT_EQ(::mkfifo(folder.path("b.yaml").c_str(), 0600), 0);
  for (const std::string changed : {"", "a.yaml", "c"}) {
    std::jthread writer([&] {
      std::ofstream pipe(folder.path("b.yaml"));  // once the reader has come there
      if (!changed.empty())
        std::ofstream(folder.path(changed), std::ios::app) << "# changed\n";
      pipe << "- name: b.example\n";
    });
    const LoadedConfig loaded = folder.load();
    EXPECT_EQ(loaded.settings.tenants.size(), 2u);
    EXPECT_EQ(loaded.files_changed, !changed.empty()) << changed;
  }
}

TEST(TenantFiles, LieBesideTheConfigurationWhateverItsFolderIsCalled) {
  const ConfigFolder folder;
  folder.write("odd [a-z]*/c.yaml", "tenant_files: [\"*.json\"]\n");
  folder.write("odd [a-z]*/t.json", "[{\"name\": \"a.example\"}]");
  EXPECT_EQ(folder.load("odd [a-z]*/c.yaml").settings.tenants.size(), 1u);
}

TEST(TenantFiles, MayBeNamedAbsolutely) {
  const ConfigFolder elsewhere;
  elsewhere.write("t.yaml", "- name: a.example\n");
  const std::string name = elsewhere.path("t.yaml"), pattern = elsewhere.path("*.yaml");
  const ConfigFolder folder("tenant_files: [\"" + name + "\", \"" + pattern + "\"]\n");
  EXPECT_EQ(folder.load().settings.tenants.size(), 1u);
}

TEST(TenantFiles, ReadJsonEscapes) {
  const ConfigFolder folder("tenant_files: [t.json]\n");
  folder.write(
      "t.json",
      R"([{"name": "b\u00fccher.example", "labels": {"a": "x\/y", "b": "\ud83d\ude00", "c": "\"\\\n"}}])");
  const LoadedConfig loaded = folder.load();
  EXPECT_EQ(folder.shown(loaded.errors), std::vector<std::string>{});
  ASSERT_EQ(loaded.settings.tenants.size(), 1u);
  EXPECT_EQ(loaded.settings.tenants[0].key.name, "xn--bcher-kva.example");
  EXPECT_EQ(loaded.settings.tenants[0].labels, (Labels{{"a", "x/y"}, {"b", "😀"}, {"c", "\"\\\n"}}));
}

// They are read quickly as long as nothing is wrong.
TEST(TenantFiles, HavePlacesInJsonAndInYaml) {
  const ConfigFolder folder(
      "tenants: [{name: own.example}]\ntenant_files: [a.json, b.json, c.yaml]\n");
  folder.write(
      "a.json",
      "[\n {\"name\": \"a.example\"},\n {\"name\": \"own.example\", \"intervall\": \"5m\"}\n]\n");
  folder.write("b.json", "[{\"name\": \"b.example\"}, {\"name\": \"a.example\"}]");
  folder.write("c.yaml", "- name: b.example\n");
  EXPECT_EQ(folder.errors(),
            (std::vector<std::string>{
                "a.json:3:11: `own.example` is there already in the cloud `global`, at c:1:18",
                "a.json:3:26: unknown key `intervall`, did you mean `interval`?",
                "b.json:1:34: `a.example` is there already in the cloud `global`, at a.json:2:11",
                "c.yaml:1:9: `b.example` is there already in the cloud `global`, at b.json:1:11"}));
}

TEST(TenantFiles, AreOneListInWhateverTheyAreWritten) {
  const ConfigFolder folder("tenant_files: [a.json, b.json, c.yaml]\n");
  folder.write(
      "a.json",
      R"([{"name": "A.example", "tenant_id": "00000000-0000-0000-0000-00000000000A", "confirmations": 3, "labels": {"t": "x"}}])");
  folder.write(
      "b.json",
      "[{name: b.example, confirmations: 3, labels: {t: x}}]  # no JSON in spite of its name\n");
  folder.write("c.yaml", "- {name: c.example, labels: {t: x}}\n");
  const LoadedConfig loaded = folder.load();
  EXPECT_EQ(folder.shown(loaded.errors), std::vector<std::string>{});
  ASSERT_EQ(loaded.settings.tenants.size(), 3u);
  const TenantSettings& a = loaded.settings.tenants[0];
  EXPECT_EQ(a.key, (TenantKey{"global", "a.example"}));
  EXPECT_EQ(a.tenant_id, parse_guid("00000000-0000-0000-0000-00000000000a"));
  EXPECT_EQ(a.probe.confirmations, 3);
  EXPECT_EQ(loaded.settings.tenants[1].probe, a.probe);
  for (const TenantSettings& tenant : loaded.settings.tenants)
    EXPECT_EQ(&*tenant.labels.begin(), &*a.labels.begin()) << "shared";
}

struct Warned {
  std::string config;
  std::vector<std::string> warnings;
};

std::string left_out(const std::string& label, const std::string& more = "") {
  return ": the label `" + label + "` is left out" + more +
         ": a field of tenantscope's own has that name. From the next release on this "
         "is an error: choose another name";
}

TEST(Warnings, ALabelIsNamedAsAFieldOfOurs) {
  const ConfigFolder folder(
      "tenants:\n- {name: a.example, labels: {environment: x, team: y}}\n"
      "- {name: b.example, labels: {severity: x, alertname: x, sequence: x, drill: x, "
      "collaboration: x, summary: x, host_tenant: x, guest_tenant: x, host: y}}\n"
      "tenant_files: [d.yaml]\n");
  folder.write("d.yaml", "- {name: d.example, labels: {drill: x}}\n");
  const LoadedConfig loaded = folder.load();
  EXPECT_EQ(folder.shown(loaded.errors), std::vector<std::string>{});
  EXPECT_EQ(folder.shown(loaded.warnings),
            (std::vector<std::string>{
                "c:2:30" + left_out("environment"), "c:3:30" + left_out("severity"),
                "c:3:43" + left_out("alertname"), "c:3:57" + left_out("sequence"),
                "c:3:70" + left_out("drill"), "c:3:80" + left_out("collaboration"),
                "c:3:98" + left_out("summary"), "c:3:110" + left_out("host_tenant"),
                "c:3:126" + left_out("guest_tenant"), "d.yaml:1:30" + left_out("drill")}));
  ASSERT_EQ(loaded.settings.tenants.size(), 3u);
  EXPECT_EQ(loaded.settings.tenants[0].labels, (Labels{{"team", "y"}}));
  EXPECT_EQ(loaded.settings.tenants[1].labels, (Labels{{"host", "y"}}));
  EXPECT_TRUE(loaded.settings.tenants[2].labels.empty());
}

// A list that isn't taken warns of nothing, and one that is, once for each name.
TEST(Warnings, OfLabelsAreThoseOfTheListsThatAreTaken) {
  const ConfigFolder folder(
      "tenant_urls: [{url: \"https://a.example/\"}, {url: \"https://b.example/\"}]\n");
  const std::string one = "- {name: NUMBER.example, labels: {drill: x}}\n";
  std::string many;
  for (int i = 0; i < 25; ++i)
    many += std::string(one).replace(9, 6, std::to_string(i));
  const LoadedConfig loaded = load_config(
      folder.path("c"),
      {.lists = {{"https://a.example/", many + "- {nam: x}\n"}, {"https://b.example/", many}}});
  EXPECT_EQ(loaded.refused_lists.size(), 1u);
  ASSERT_EQ(loaded.warnings.size(), 1u);
  EXPECT_EQ(to_string(loaded.warnings.front()),
            "https://b.example/:1:30" + left_out("drill", " (and so at 24 more)"));
}

TEST(Warnings, NothingIsWatched) {
  const std::string warning =
      ": the configuration watches nothing: no tenant is in `tenants`, `tenant_files` or "
      "`collaborations`, and there are no `tenant_urls`";
  const std::vector<Warned> cases{
      {"{}\n", {"c:1:1" + warning}},
      {"# of mine\ntenants: []\n", {"c:2:1" + warning}},
      {"tenant_files: [none.yaml]\n", {"c:1:1" + warning}},
      {"tenants: [{name: a.example}]\n", {}},
      {"tenant_urls: [{url: \"https://lists.example/\"}]\n", {}},
      {"collaborations: [{name: joint, hosts: [a.example], guests: [b.example]}]\n", {}},
  };
  for (const auto& [config, warnings] : cases) {
    const ConfigFolder folder(config);
    folder.write("none.yaml", "[]\n");
    EXPECT_EQ(folder.shown(folder.load().warnings), warnings) << config;
  }
}

TEST(Warnings, APlanThatExceedsTheCeiling) {
  const std::string plan =
      " need 2 requests per second, but its `requests_per_second` is 1: probes will be late; "
      "lengthen their `interval`";
  const std::string tenants =
      "tenants: [{name: a.example, interval: 1s}, {name: b.example, interval: 2s}, {name: "
      "c.example, interval: 2s}]\n";
  const std::vector<Warned> cases{
      {tenants, {}},
      {"clouds: {global: {requests_per_second: 2}}\n" + tenants, {}},
      {"clouds: {usgov: {requests_per_second: 1}}\n" + tenants, {}},
      {"clouds: {global: {requests_per_second: 1}}\n" + tenants,
       {"c:1:40: the tenants asked in `global`" + plan}},
      {"tenants: [{name: a.example, interval: 40ms}]\n",
       {"c:1:10: the tenants asked in `global` need 25 requests per second, but its "
        "`requests_per_second` is 20: probes will be late; "
        "lengthen their `interval`"}},
      {"rules: x\nclouds: {global: {requests_per_second: 1}}\n" + tenants, {}},  // errors first
  };
  for (const auto& [config, warnings] : cases) {
    const ConfigFolder folder(config);
    EXPECT_EQ(folder.shown(folder.load().warnings), warnings) << config;
  }
}

std::string tenants_each_second(int count) {
  std::string list = "probe: {interval: 1s}\ntenants:\n";
  for (int i = 0; i < count; ++i)
    list += fmt::format("  - name: t{}.example\n", i);
  return list;
}

TEST(Warnings, APlanThatNeedsMoreConnections) {
  const auto clouds = [](std::string_view keys) {
    return fmt::format("clouds: {{global: {{requests_per_second: 2000, {}}}}}\n", keys);
  };
  const std::string advice =
      ": probes will be late; set `connections` to 334 or more, or lengthen their `interval`";
  const std::string need =
      "the tenants asked in `global` need 1667 requests per second and so 334 connections where an "
      "answer takes 200 ms, but its ";
  const std::vector<Warned> cases{
      {clouds("connections: 334") + tenants_each_second(1667), {}},
      {clouds("connections: 333") + tenants_each_second(1667),
       {"c:1:59: " + need + "`connections` is 333" + advice}},
      {clouds("proxy_url: ''") + tenants_each_second(1667),
       {"c:4:3: " + need + "`connections` is 16, the default" + advice}},
      {clouds("connections: 1") + tenants_each_second(5),
       {}},  // 5 x 0.2 s is 1, however it is rounded
      {clouds("connections: 10000") + tenants_each_second(1999), {}},
  };
  for (const auto& [config, warnings] : cases) {
    const ConfigFolder folder(config);
    EXPECT_EQ(folder.shown(folder.load().warnings), warnings) << config.substr(0, 60);
  }
}

TEST(GoodConfig, TheExampleForUsers) {
  const LoadedConfig loaded = load_config(CONFIG_FOLDER "/tenantscope.yaml");
  for (const ConfigFinding& finding : loaded.errors)
    ADD_FAILURE() << to_string(finding);
  EXPECT_TRUE(loaded.warnings.empty());
  EXPECT_GE(loaded.settings.tenants.size(), 3u);
  EXPECT_EQ(loaded.settings.probe, ProbeSettings{});
  EXPECT_EQ(loaded.settings.events.sinks.size(), 1u);
}

TEST(GoodConfig, TheExampleForUsersWithAllThatItExplains) {
  const ConfigFolder folder(with_examples(CONFIG_FOLDER "/tenantscope.yaml"));
  for (const char* certificates : {"proxy-ca.pem", "hooks-ca.pem"})
    folder.write(certificates, sample_certificate);
  for (const char* key : {"new.key", "old.key"})
    folder.write(key, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
  for (const char* secret : {"hooks.token", "lists.token", "proxy.password", "pagerduty.key"})
    folder.write(secret, "t0ken\n");
  folder.write("slack.url", "https://hooks.example/services/t0ken\n");
  for (const char* list : {"tenants.d/more.yaml", "tenants.d/more.json"})
    folder.write(list, "[]");
  const LoadedConfig loaded = folder.load();
  EXPECT_EQ(folder.shown(loaded.errors), std::vector<std::string>{});
  EXPECT_EQ(folder.shown(loaded.warnings), std::vector<std::string>{});
  EXPECT_EQ(find_cloud(loaded.settings.clouds, "global")->http.proxy.url,
            "http://proxy.example:3128");
  EXPECT_EQ(loaded.settings.events.severities, Severities{});
  EXPECT_EQ(loaded.settings.events.retention_events, EventSettings{}.retention_events);
  EXPECT_EQ(loaded.settings.events.sinks.size(), 5u);
}

}  // namespace
}  // namespace tenantscope
