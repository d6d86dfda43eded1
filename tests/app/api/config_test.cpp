// /config, read again: what it shows is a configuration, the one that is in force.
#include <fstream>
#include <regex>

#include "app/api/api_fixture.hpp"
#include "config/config_folder.hpp"
#include "formats/settings_yaml.hpp"
#include "support/sample_certificate.hpp"

namespace tenantscope {
namespace {

boost::asio::awaitable<std::shared_ptr<const Settings>> in_force(
    std::shared_ptr<const Settings> settings) {
  co_return settings;
}

class ApiConfig : public ApiTest {
 protected:
  std::string shown(const Settings& settings) {
    auto held = std::make_shared<const Settings>(settings);
    Api api(table_, instruments_, liveness_, open_sqlite_journal(folder_.path()),
            {.reload = {},
             .drill = {},
             .redeliver = {},
             .probe = {},
             .settings = [held] { return in_force(held); }},
            audit_, {});
    const WebResponse response =
        run(loop_, api.answer({.method = "GET", .path = "/config", .query = {}, .headers = {}}));
    EXPECT_EQ(response.status, 200u);
    EXPECT_EQ(response.content_type, "text/plain; charset=utf-8");
    return rest_of(*response.pieces);
  }
};

// Everything that can be written, in ways that are written anew.
constexpr const char* everything = R"(
rules: seed-2022
probe: {interval: 1m30s, timeout: 900ms, confirmations: 3, confirm_interval: 1s}
clouds:
  global: {requests_per_second: 0.005, connections: 3, proxy_url: "http://proxy.example:3128", proxy_basic_auth: {username: "pro xy", password_file: password}, no_proxy: "a.example,10.0.0.0/8", tls_config: {ca_file: ca.pem, server_name: Login.Example, min_version: TLS13}}
  usgov: {requests_per_second: 99999.5}
  own: {authority: "HTTPS://Login.Example:8443/"}
tenants:
  - name: Bücher.example
    cloud: own
    tenant_id: F8CDEF31-a31e-4b4a-93e4-5f571e91255a
    expect: {region_scope: "", b2b: unknown}
    interval: 1d
    labels: {team: "a \"b\" \\ {c}: # d, 'e'\n\t\u0001\u007f\u0085\u2028\ufeff ü 😀", empty: "", yes: "no", n: 5, t: "true"}
  - {name: "f8cdef31-a31e-4b4a-93e4-5f571e91255a", stale_after: 3d}
  - {name: twice.example}
tenant_files: [more.yaml]
collaborations:
  - {name: "joint: \"1\"", hosts: [twice.example, twice.example@usgov], guests: [new.example, other.example@china, "identity:google", "identity:email_otp"], cross_cloud: enabled}
  - {name: second, hosts: [new.example], guests: [twice.example@global]}
events:
  source: "https://example.org/#source"
  retention: 1d12h
  retention_events: 5
  severity: {baseline: critical, b2b_lost: info}
  sinks:
    - {name: audit, file: {path: "a b/ü#.jsonl"}}
    - name: soc
      match: {types: [tenantscope.drill.v1, tenantscope.tenant.changed.v1], fields: [sub_scope], severities: [info, critical], labels: {team: "x: y"}}
      webhook: {url: "https://hooks.example/a?b=c", secret_files: ["new: key"], basic_auth: {username: "me & you", password_file: password}, http_headers: {X-One: {values: ["a b"], files: [token]}}, proxy_from_environment: true, batch: true, timeout: 3s}
    - {name: hook, webhook: {url: "https://hooks.example", authorization: {credentials_file: token}, tls_config: {ca_file: ca.pem}}}
    - {name: am, alertmanager: {urls: ["http://127.0.0.1:9093/am/", "https://am.example"], hold: 2h, oauth2: {client_id: me, client_secret_file: password, token_url: "https://login.example/token", scopes: [a, b]}}}
    - {name: people, webhook: {url_file: hook.url, template: pagerduty, template_value_files: {routing_key: token}, content_type: application/json, success_body: "a \"b\""}}
    - {name: am2, alertmanager: {url_files: [hook.url]}}
storage:
  postgresql:
    hosts: ["db1.example", "192.0.2.1:6432", "[2001:db8::1]", "/run/postgresql", "/run/a:b:5433"]
    database: "tenant \"scope\""
    user: "ü: me"
    password_file: password
    ca_file: ca.pem
    schema: "own: 'one'"
    lease: 1m30s
    durability: single
replica: {name: "nörth: 1"}
)";

TEST_F(ApiConfig, IsTheConfigurationInForceWrittenAnew) {
  const ConfigFolder folder(everything), elsewhere;
  folder.write("more.yaml", "[{name: filed.example, cloud: china}]");
  folder.write("ca.pem", sample_certificate);
  folder.write("new: key", "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
  folder.write("password", "p4ssword");
  folder.write("token", "t0ken");
  folder.write("hook.url", "https://hooks.example/services/x");
  const LoadedConfig loaded = folder.load();
  ASSERT_EQ(folder.shown(loaded.errors), std::vector<std::string>{});
  const Settings& settings = loaded.settings;
  const std::string text = shown(settings);
  for (const char* secret : {"hooks.example", "p4ssword", "t0ken", "MDEyMzQ1"})
    EXPECT_EQ(text.find(secret), text.npos) << secret;

  elsewhere.write("c", std::regex_replace(text, std::regex(std::string(masked_secret)),
                                          "https://masked.example"));
  const LoadedConfig again = elsewhere.load();
  ASSERT_EQ(elsewhere.shown(again.errors), std::vector<std::string>{}) << text;
  EXPECT_EQ(again.settings.rules, settings.rules);
  EXPECT_EQ(again.settings.probe, settings.probe);
  EXPECT_EQ(again.settings.tenants, settings.tenants);
  EXPECT_EQ(again.settings.tenants.size(), 7u);
  ASSERT_EQ(again.settings.clouds.size(), settings.clouds.size());
  for (std::size_t i = 0; i < settings.clouds.size(); ++i) {
    EXPECT_EQ(again.settings.clouds[i].hosts, settings.clouds[i].hosts);
    EXPECT_EQ(again.settings.clouds[i].requests_per_second, settings.clouds[i].requests_per_second);
    EXPECT_EQ(again.settings.clouds[i].http, settings.clouds[i].http);
  }
  ASSERT_EQ(again.settings.events.sinks.size(), 6u);
  EXPECT_EQ(again.settings.events.sinks[0], settings.events.sinks[0]);
  EXPECT_EQ(again.settings.events.sinks[1].match, settings.events.sinks[1].match);
  HttpSettings http = std::get<WebhookSettings>(settings.events.sinks[1].target).http;
  http.client.headers.front().values = {"https://masked.example"};
  EXPECT_EQ(std::get<WebhookSettings>(again.settings.events.sinks[1].target).http, http);
  for (std::size_t sink : {3, 4, 5})
    EXPECT_EQ(again.settings.events.sinks[sink], settings.events.sinks[sink]);
  EXPECT_EQ(again.settings.events.severities, settings.events.severities);
  ASSERT_EQ(again.settings.collaborations.size(), 2u);
  EXPECT_EQ(again.settings.collaborations[0].guests, settings.collaborations[0].guests);
  EXPECT_EQ(again.settings.postgresql, settings.postgresql);
  EXPECT_EQ(again.settings.replica, settings.replica);
  EXPECT_EQ(shown(again.settings), text) << "and again";
}

TEST_F(ApiConfig, OfNothingIsOneToo) {
  const ConfigFolder folder;
  folder.write("c", shown(Settings{}));
  EXPECT_EQ(folder.errors(), std::vector<std::string>{});
}

}  // namespace
}  // namespace tenantscope
