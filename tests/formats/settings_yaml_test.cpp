#include "formats/settings_yaml.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace tenantscope {
namespace {

std::string settings_yaml(const Settings& settings) {
  std::string whole;
  SettingsYaml yaml(settings);
  for (std::string part = yaml.next(); !part.empty(); part = yaml.next())
    whole += part;
  return whole;
}

TEST(SettingsYaml, FillsTheDefaultsIn) {
  EXPECT_EQ(settings_yaml({}), R"(rules: docs-2026
probe: {interval: 15m, timeout: 10s, confirmations: 2, confirm_interval: 30s, stale_after: 1h}
clouds:
  global: {authority: "https://login.microsoftonline.com", requests_per_second: 20, connections: 16, proxy_url: "", tls_config: {ca_file: "", min_version: TLS12}}
  usgov: {authority: "https://login.microsoftonline.us", requests_per_second: 20, connections: 16, proxy_url: "", tls_config: {ca_file: "", min_version: TLS12}}
  china: {authority: "https://login.partner.microsoftonline.cn", requests_per_second: 20, connections: 16, proxy_url: "", tls_config: {ca_file: "", min_version: TLS12}}
  germany: {authority: "https://login.microsoftonline.de", requests_per_second: 20, connections: 16, proxy_url: "", tls_config: {ca_file: "", min_version: TLS12}}
  bleu: {authority: "https://login.sovcloud-identity.fr", requests_per_second: 20, connections: 16, proxy_url: "", tls_config: {ca_file: "", min_version: TLS12}}
  delos: {authority: "https://login.sovcloud-identity.de", requests_per_second: 20, connections: 16, proxy_url: "", tls_config: {ca_file: "", min_version: TLS12}}
  govsg: {authority: "https://login.sovcloud-identity.sg", requests_per_second: 20, connections: 16, proxy_url: "", tls_config: {ca_file: "", min_version: TLS12}}
  usnat: {authority: "https://login.microsoftonline.eaglex.ic.gov", requests_per_second: 20, connections: 16, proxy_url: "", tls_config: {ca_file: "", min_version: TLS12}}
  ussec: {authority: "https://login.microsoftonline.microsoft.scloud", requests_per_second: 20, connections: 16, proxy_url: "", tls_config: {ca_file: "", min_version: TLS12}}
limits: {tenants: 200000, tenants_per_list: 200000}
tenants: []
collaborations: []
events:
  source: "tenantscope"
  retention: 90d
  retention_events: 1000000
  severity: {baseline: info, baseline_damaged: warning, identity_changed: critical, tenant_vanished: critical, tenant_returned: warning, region_scope_changed: warning, sub_scope_changed: info, b2b_lost: critical, b2b_gained: warning, expectation_violated: warning, expectation_met: info, collaboration_lost: critical, collaboration_changed: warning, ledger_rewound: warning}
  sinks: []
)");
}

// The lines that begin so.
std::string line(const std::string& text, const std::string& beginning) {
  const auto at = text.find("\n" + beginning);
  return at == text.npos ? "" : text.substr(at + 1, text.find('\n', at + 1) - at - 1);
}

TEST(SettingsYaml, QuotesWhatPeopleWrite) {
  Settings settings;
  settings.tenants = {{.key = {"global", "a.example"},
                       .tenant_id = {},
                       .expect = {.region_scope = "US: {Gov}", .b2b = B2b::supported},
                       .probe = {},
                       .labels = {{"team", "a \"b\"\n# c: \\ 'd'"}}}};
  EXPECT_EQ(
      line(settings_yaml(settings), "  - {"),
      R"(  - {name: "a.example", cloud: global, expect: {region_scope: "US: {Gov}", b2b: supported}, interval: 15m, timeout: 10s, confirmations: 2, confirm_interval: 30s, stale_after: 1h, labels: {"team": "a \"b\"\n# c: \\ 'd'"}})");
}

TEST(SettingsYaml, MasksAWebhooksAddressAndNothingOfItElsewhere) {
  Settings settings;
  settings.events.sinks = {
      {.name = "soc",
       .match = {},
       .target = WebhookSettings{.url = "https://hooks.example/T0/B0/s3cret?token=s3cret",
                                 .http = {},
                                 .secret_files = {"/etc/new.key"},
                                 .batch = true}}};
  std::get<WebhookSettings>(settings.events.sinks[0].target).http.client.authorization = {
      .credentials = {.file = "/etc/t.token"}};
  const std::string text = settings_yaml(settings);
  EXPECT_EQ(text.find("s3cret"), text.npos);
  EXPECT_EQ(text.find("hooks.example"), text.npos);
  EXPECT_EQ(
      line(text, "      webhook"),
      R"(      webhook: {url: "<secret>", secret_files: ["/etc/new.key"], batch: true, proxy_url: "", tls_config: {ca_file: "", min_version: TLS12}, authorization: {type: "Bearer", credentials_file: "/etc/t.token"}, timeout: 10s})");
}

TEST(SettingsYaml, HasAllOfAClientsSettingsButItsSecrets) {
  Settings settings;
  WebhookSettings webhook{.url = "https://hooks.example"};
  HttpClientSettings& client = webhook.http.client;
  client.proxy = {.url = "http://proxy.example:3128",
                  .login = {.username = "me", .password = {.file = "/etc/proxy.password"}},
                  .no_proxy = "10.0.0.0/8"};
  client.tls = {.ca_file = "/etc/ca.pem",
                .cert_file = "/etc/own.pem",
                .key_file = "/etc/own.key",
                .server_name = "hooks.internal",
                .min_version = LeastTls::tls13};
  client.oauth2 = {.client_id = "tenantscope",
                   .client_secret = {.file = "/etc/oauth.secret"},
                   .token_url = "https://login.example/token",
                   .scopes = {"events.write"}};
  client.headers = {{.name = "X-Scope", .values = {"s3cret"}, .files = {"/etc/scope"}}};
  settings.events.sinks = {{.name = "soc", .match = {}, .target = webhook}};
  const std::string text = settings_yaml(settings);
  EXPECT_EQ(text.find("s3cret"), text.npos);
  EXPECT_EQ(
      line(text, "      webhook"),
      R"(      webhook: {url: "<secret>", secret_files: [], batch: false, proxy_url: "http://proxy.example:3128", proxy_basic_auth: {username: "me", password_file: "/etc/proxy.password"}, no_proxy: "10.0.0.0/8", tls_config: {ca_file: "/etc/ca.pem", cert_file: "/etc/own.pem", key_file: "/etc/own.key", server_name: "hooks.internal", min_version: TLS13}, oauth2: {client_id: "tenantscope", client_secret_file: "/etc/oauth.secret", token_url: "https://login.example/token", scopes: ["events.write"]}, http_headers: {"X-Scope": {values: ["<secret>"], files: ["/etc/scope"]}}, timeout: 10s})");
  client.oauth2.token_url += "?key=s3cret";
  settings.events.sinks[0].target = webhook;
  EXPECT_EQ(settings_yaml(settings).find("s3cret"), text.npos);
}

TEST(SettingsYaml, WritesAModeThatNoYamlTakesForAnotherNumber) {
  Settings settings;
  FileSinkSettings file{.path = "events.jsonl"};
  settings.events.sinks = {{.name = "audit", .match = {}, .target = file}};
  EXPECT_EQ(line(settings_yaml(settings), "      file"), R"(      file: {path: "events.jsonl"})");
  file.access = {.mode = 0640, .group = "adm"};
  settings.events.sinks[0].target = file;
  EXPECT_EQ(line(settings_yaml(settings), "      file"),
            R"(      file: {path: "events.jsonl", mode: "0640", group: "adm"})");
}

TEST(SettingsYaml, SaysWhereASharedLedgerIs) {
  Settings settings;
  settings.postgresql = {.hosts = {{.name = "/run/postgresql", .local = true}},
                         .database = "tenantscope",
                         .user = "me"};
  EXPECT_EQ(
      line(settings_yaml(settings), "storage"),
      R"(storage: {postgresql: {hosts: ["/run/postgresql:5432"], database: "tenantscope", user: "me", schema: "tenantscope", lease: 10s, durability: checked}})");
  EXPECT_EQ(line(settings_yaml(settings), "replica"), "") << "the machine's";
  settings.postgresql->hosts = {{.name = "db.example"}, {.name = "2001:db8::1", .port = 6432}};
  settings.postgresql->password_file = "/etc/db.password";
  settings.postgresql->ca_file = "/etc/ca.pem";
  settings.postgresql->client_certificate_file = "/etc/own.pem";
  settings.postgresql->client_key_file = "/etc/own.key";
  settings.postgresql->durability = Durability::provider;
  settings.replica = "north";
  EXPECT_EQ(
      line(settings_yaml(settings), "storage"),
      R"(storage: {postgresql: {hosts: ["db.example:5432", "[2001:db8::1]:6432"], database: "tenantscope", user: "me", password_file: "/etc/db.password", ca_file: "/etc/ca.pem", client_certificate_file: "/etc/own.pem", client_key_file: "/etc/own.key", schema: "tenantscope", lease: 10s, durability: provider}})");
  EXPECT_EQ(line(settings_yaml(settings), "replica"), R"(replica: {name: "north"})");
}

TEST(SettingsYaml, SaysTheCloudOfMembersWhereTheNameIsNotEnough) {
  const CollaborationMember twice{.key = {"usgov", "twice.example"},
                                  .shown = "twice.example@usgov"},
      bare{.key = {"global", "twice.example"}, .shown = "twice.example"},
      once{.key = {"global", "once.example"}, .shown = "once.example"};
  Settings settings;
  for (const auto& member : {twice, bare, once})
    settings.tenants.push_back(
        {.key = member.key, .tenant_id = {}, .expect = {}, .probe = {}, .labels = {}});
  settings.collaborations = {{.name = "joint",
                              .hosts = {bare, twice},
                              .guests = {once, IdentityProvider::email_otp},
                              .cross_cloud = CrossCloud::enabled}};
  EXPECT_EQ(
      line(settings_yaml(settings), "  - {name: \"joint\""),
      R"(  - {name: "joint", hosts: ["twice.example@global", "twice.example@usgov"], guests: ["once.example", "identity:email_otp"], cross_cloud: enabled})");
}

TEST(SettingsYaml, HasEachTenantOnceHoweverManyThereAre) {
  for (const std::size_t tenants : {0u, 1u, 99u, 100u, 101u, 350u}) {
    Settings settings;
    std::string names;
    for (std::size_t i = 0; i < tenants; ++i) {
      settings.tenants.push_back({.key = {.asked = "global", .name = "t" + std::to_string(i)}});
      names += "t" + std::to_string(i) + " ";
    }
    std::istringstream lines(settings_yaml(settings));
    std::string shown;
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with("  - {name: \""))
        shown += line.substr(12, line.find('"', 12) - 12) + " ";
    EXPECT_EQ(shown, names);
  }
}

}  // namespace
}  // namespace tenantscope
