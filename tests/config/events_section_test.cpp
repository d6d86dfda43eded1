#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "config/config_findings.hpp"
#include "support/sample_certificate.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

// With secrets of every kind beside the configuration.
class SinkFolder : public ConfigFolder {
 public:
  explicit SinkFolder(const std::string& config = "") : ConfigFolder(config) {
    write("new.key", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    write("old.key", "C2FVsBQIhrscChlQIMV+b5sSYspob7oD\n");
    write("short.key", "whsec_dGVuYW50c2NvcGU=\n");
    write("bad.key", "correct horse battery staple\n");
    write("token", "t0ken\n");
    write("password", "pa55word\n");
    write("empty", "\n");
    write("ca.pem", sample_certificate);
  }
};

// The keys of the one sink's target begin at 2:4.
std::string webhook(const std::string& keys) {
  return "events: {sinks: [{name: w, webhook:\n  {" + keys + "}}]}\n";
}
std::string alertmanager(const std::string& keys) {
  return "events: {sinks: [{name: w, alertmanager:\n  {" + keys + "}}]}\n";
}
std::string match(const std::string& keys) {
  return "events: {sinks: [{name: w, file: {path: f}, match:\n  {" + keys + "}}]}\n";
}

EventSettings events_of(const SinkFolder& folder) {
  LoadedConfig loaded = folder.load();
  for (const std::string& error : folder.shown(loaded.errors))
    ADD_FAILURE() << error;
  return std::move(loaded.settings.events);
}

// Of the only sink.
template <class Target>
Target target_of(const SinkFolder& folder) {
  const EventSettings events = events_of(folder);
  if (events.sinks.size() == 1 && std::holds_alternative<Target>(events.sinks[0].target))
    return std::get<Target>(events.sinks[0].target);
  ADD_FAILURE() << "no such sink";
  return {};
}

TEST(Sinks, EveryKey) {
  const SinkFolder folder(R"(events:
  retention_events: 1000000000
  severity: {baseline: warning, b2b_lost: info, expectation_met: critical}
  sinks:
    - name: soc
      match:
        types: [tenantscope.tenant.changed.v1, tenantscope.drill.v1, tenantscope.drill.v1]
        fields: [region_scope, presence]
        severities: [critical, warning]
        labels: {team: identity, site: ""}
      webhook:
        url: HTTPS://Hooks.Example:8443/Services/A%20b?x=1&y=/
        secret_files: [new.key, ./old.key]
        authorization: {credentials_file: token}
        tls_config: {ca_file: ca.pem}
        batch: true
        timeout: 3s
    - name: am
      match: {types: [], fields: [], severities: [], labels: {}}
      alertmanager:
        urls: ["http://127.0.0.1:9093/", "https://AM.example/Prefix/"]
        hold: 30m
        basic_auth: {username: scope, password_file: password}
        tls_config: {ca_file: ca.pem}
        timeout: 1m
    - {name: log, file: {path: events.jsonl}, match: {severities: [info]}}
)");
  const EventSettings events = events_of(folder);
  EXPECT_EQ(events.retention_events, 1'000'000'000u);
  Severities severities;
  severities.set(Occasion::baseline, Severity::warning);
  severities.set(Occasion::b2b_lost, Severity::info);
  severities.set(Occasion::expectation_met, Severity::critical);
  EXPECT_EQ(events.severities, severities);

  HttpClientSettings with_token, with_password;
  with_token.tls.ca_file = with_password.tls.ca_file = folder.path("ca.pem");
  with_token.authorization.credentials.file = folder.path("token");
  with_password.basic_auth = {.username = "scope", .password = {.file = folder.path("password")}};
  const SinkSettings soc{
      .name = "soc",
      .match = {.types = {EventKind::changed, EventKind::drill, EventKind::drill},
                .fields = {Field::region_scope, Field::presence},
                .severities = {Severity::critical, Severity::warning},
                .labels = {{"team", "identity"}, {"site", ""}}},
      .target = WebhookSettings{.url = "https://hooks.example:8443/Services/A%20b?x=1&y=/",
                                .http = {.client = with_token, .timeout = 3s},
                                .secret_files = {folder.path("new.key"), folder.path("old.key")},
                                .batch = true},
  };
  const SinkSettings am{
      .name = "am",
      .match = {.types = {EventKind::changed, EventKind::expectation_changed,
                          EventKind::collaboration_changed, EventKind::drill,
                          EventKind::ledger_rewound}},
      .target = AlertmanagerSettings{.urls = {"http://127.0.0.1:9093", "https://am.example/Prefix"},
                                     .http = {.client = with_password, .timeout = 1min},
                                     .hold = 30min},
  };
  const SinkSettings log{
      .name = "log",
      .match = {.types = {}, .fields = {}, .severities = {Severity::info}, .labels = {}},
      .target = FileSinkSettings{"events.jsonl"}};
  ASSERT_EQ(events.sinks.size(), 3u);
  EXPECT_EQ(events.sinks[0], soc);
  EXPECT_EQ(events.sinks[1], am);
  EXPECT_EQ(events.sinks[2], log);
  EXPECT_EQ(folder.load().warnings.size(), 1u) << "nothing is watched";
}

TEST(Sinks, LittleMeansTheDefaults) {
  for (const char* rest :
       {"", ", secret_files: [], bearer_token_file: \"\", ca_file: \"\", batch: false"}) {
    const SinkFolder folder(webhook(std::string("url: \"https://a.example\"") + rest));
    EXPECT_EQ(target_of<WebhookSettings>(folder),
              (WebhookSettings{.url = "https://a.example", .http = {}, .secret_files = {}}));
  }
  const SinkFolder folder(alertmanager("urls: [\"https://a.example\"]"));
  EXPECT_EQ(target_of<AlertmanagerSettings>(folder),
            (AlertmanagerSettings{.urls = {"https://a.example"}, .http = {}}));
  EXPECT_EQ(events_of(SinkFolder("events: {}\n")).retention_events, 1'000'000u);
  EXPECT_EQ(events_of(SinkFolder("events: {severity: {}}\n")).severities, Severities{});
}

TEST(Sinks, WebhooksOfAnyPathAndQuery) {
  for (const char* url :
       {"https://a.example/", "https://a.example?x", "https://a.example/a//b/../@me:x?y=@z",
        "http://[::1]:80/%C3%BC", "https://10.0.0.1/a?b={c}|d"})
    EXPECT_EQ(
        target_of<WebhookSettings>(SinkFolder(webhook("url: \"" + std::string(url) + "\""))).url,
        url);
}

TEST(BadSinks, FilesAndWhatAllHave) {
  expect_findings({
      {"events: []\n", {"c:1:9: `events` has to be a map, not a list"}},
      {"events: {source: \"\"}\n",
       {"c:1:18: `source` has to be a URI or a plain name without spaces, not ``"}},
      {"events: {source: tenant scope}\n",
       {"c:1:18: `source` has to be a URI or a plain name without spaces, not `tenant scope`"}},
      {"events: {retention: 0d}\n", {"c:1:21: `retention` has to be more than 0"}},
      {"events: {sinks: {name: a}}\n", {"c:1:17: `sinks` has to be a list, not a map"}},
      {"events: {sinks: [audit]}\n", {"c:1:18: a sink has to be a map, not a single value"}},
      {"events: {sinks: [{name: a}]}\n",
       {"c:1:18: a sink needs one of `file`, `webhook` and `alertmanager`"}},
      {"events: {sinks: [{file: {path: b}}]}\n", {"c:1:18: a sink needs a `name`"}},
      {"events: {sinks: [{name: a b, file: {path: b}}, {name: \"\", file: {path: c}}]}\n",
       {"c:1:25: a sink can't be named `a b`: a name is made of letters, digits, - and _",
        "c:1:55: a sink can't be named ``: a name is made of letters, digits, - and _"}},
      {"events:\n  sinks:\n    - {name: a, file: {path: b}}\n    - {name: a, file: {path: c}}\n",
       {"c:4:14: there is a sink `a` already, at 3:14"}},
      {"events: {sinks: [{name: a, file: b}]}\n",
       {"c:1:34: `file` has to be a map, not a single value"}},
      {"events: {sinks: [{name: a, file: {}}]}\n", {"c:1:34: a file sink needs a `path`"}},
      {"events: {sinks: [{name: a, file: {path: ../b}}]}\n",
       {"c:1:41: `path` can't be `../b`: it may not have `..` in it"}},
      {"events: {sinks: [{name: a, file: {path: /var/../b}}]}\n",
       {"c:1:41: `path` can't be `/var/../b`: it may not have `..` in it"}},
      {"events: {sinks: [{name: a, file: {path: b/}}, {name: b, file: {path: \"\"}}, {name: c, "
       "file: {path: .}}]}\n",
       {"c:1:41: `path` can't be `b/`: the file's name is missing",
        "c:1:70: `path` can't be ``: the file's name is missing",
        "c:1:99: `path` can't be `.`: the file's name is missing"}},
      {"events: {sinks: [{name: a, file: {path: tenantscope.db}}, {name: b, file: {path: "
       "lock}}]}\n",
       {"c:1:41: `path` can't be `tenantscope.db`: this is a file of the daemon's own",
        "c:1:82: `path` can't be `lock`: this is a file of the daemon's own"}},
      {"events: {sinks: [{name: a, file: {path: /var/lib/tenantscope/tenantscope.db-wal}}]}\n",
       {"c:1:41: `path` can't be `/var/lib/tenantscope/tenantscope.db-wal`: this is a file of the "
        "daemon's own"}},
  });
}

TEST(BadSinks, JournalAndSeverities) {
  expect_findings({
      {"events: {retention_events: 0}\n",
       {"c:1:28: `retention_events` has to be a whole number from 1 to 1000000000, not `0`"}},
      {"events: {retention_events: 1000000001}\n",
       {"c:1:28: `retention_events` has to be a whole number from 1 to 1000000000, not "
        "`1000000001`"}},
      {"events: {severity: warning}\n", {"c:1:20: `severity` has to be a map, not a single value"}},
      {"events: {severity: {b2b_los: info, x: info}}\n",
       {"c:1:21: unknown key `b2b_los`, did you mean `b2b_lost`?",
        "c:1:36: unknown key `x`; the keys here are: baseline, baseline_damaged, identity_changed, "
        "tenant_vanished, "
        "tenant_returned, region_scope_changed, "
        "sub_scope_changed, b2b_lost, b2b_gained, expectation_violated, expectation_met, "
        "collaboration_lost, collaboration_changed, ledger_rewound"}},
      {"events: {severity: {b2b_lost: Critical, b2b_gained: page, baseline: [info], "
       "expectation_met: }}\n",
       {"c:1:31: unknown severity `Critical`, did you mean `critical`?",
        "c:1:53: unknown severity `page`; the severities are: info, warning, critical",
        "c:1:69: `baseline` has to be a text, not a list",
        "c:1:77: `expectation_met` has to be a text, but is empty"}},
  });
}

TEST(BadSinks, Targets) {
  expect_findings(
      SinkFolder(),
      {
          {"events: {sinks: [{name: a, file: {path: f}, webhook: {url: \"https://a.example\"}}]}\n",
           {"c:1:18: a sink has one target, not `file` and `webhook`: make each a sink of its "
            "own"}},
          {"events: {sinks: [{name: a, file: {}, webhook: {}, alertmanager: {}}]}\n",
           {"c:1:18: a sink has one target, not `file` and `webhook` and `alertmanager`: make each "
            "a sink of its own",
            "c:1:34: a file sink needs a `path`",
            "c:1:47: a webhook needs `url`, or `url_file` where it is a secret",
            "c:1:65: an Alertmanager sink needs a list `urls`"}},
          {"events: {sinks: [{name: a, webhook: \"https://a.example\"}]}\n",
           {"c:1:37: `webhook` has to be a map, not a single value"}},
          {"events: {sinks: [{name: a, webhok: {}}]}\n",
           {"c:1:18: a sink needs one of `file`, `webhook` and `alertmanager`",
            "c:1:28: unknown key `webhok`, did you mean `webhook`?"}},
      });
}

TEST(BadSinks, Matches) {
  expect_findings({
      {match("type: []"), {"c:2:4: unknown key `type`, did you mean `types`?"}},
      {match("types: tenantscope.drill.v1"),
       {"c:2:11: `types` has to be a list, not a single value"}},
      {match("types: [tenantscope.drill.v1, tenantscope.drill.v2, changed, []]"),
       {"c:2:34: unknown type `tenantscope.drill.v2`, did you mean `tenantscope.drill.v1`?",
        "c:2:56: unknown type `changed`; the types are: tenantscope.tenant.baselined.v1, "
        "tenantscope.tenant.changed.v1, "
        "tenantscope.expectation.changed.v1, tenantscope.collaboration.changed.v1, "
        "tenantscope.drill.v1, tenantscope.ledger.rewound.v1",
        "c:2:65: a type has to be a text, not a list"}},
      {match("fields: [region-scope, cloud]"),
       {"c:2:13: unknown field `region-scope`, did you mean `region_scope`?",
        "c:2:27: unknown field `cloud`; the fields are: region_scope, sub_scope, b2b_capability, "
        "identity, presence"}},
      {match("severities: [warn, fatal]"),
       {"c:2:17: unknown severity `warn`; the severities are: info, warning, critical",
        "c:2:23: unknown severity `fatal`; the severities are: info, warning, critical"}},
      {match("labels: [team]"), {"c:2:12: `labels` has to be a map, not a list"}},
      {match("labels: {te-am: a, tenant: b, c: [d]}"),
       {"c:2:13: a label can't be named `te-am`: a name is made of letters, digits and _, and "
        "begins with no digit",
        "c:2:23: the label name `tenant` is reserved: choose another one",
        "c:2:37: a label's value has to be a text, not a list"}},
  });
}

TEST(BadSinks, WebhookUrls) {
  const auto url = [](const std::string& text) { return webhook("url: \"" + text + "\""); };
  const std::string said = "c:2:9: `url` ";
  const std::string no_host = said +
                              "has a host that can't be one: write a name of a-z, 0-9, - and ., or "
                              "an address (of IPv6 in brackets)";
  const std::string no_port = said + "has a port that can't be one: write a number from 1 to 65535";
  const std::string no_user = said + "can't have a user or password in it: use `basic_auth`";
  const std::string no_space = said +
                               "can't have spaces, control characters or others than ASCII in it: "
                               "write them as %XX, and a host's as xn--...";
  const std::string no_scheme = said + "has to begin with https:// or http://";
  expect_findings({
      {webhook(""), {"c:2:3: a webhook needs `url`, or `url_file` where it is a secret"}},
      {url(""), {no_scheme}},
      {url("a.example/x"), {no_scheme}},
      {url("https:/a.example"), {no_scheme}},
      {url("https"), {no_scheme}},
      {url("ftp://a.example"), {no_scheme}},
      {url("https://"), {said + "has no host"}},
      {url("https:///x"), {said + "has no host"}},
      {url("https://:443/x"), {said + "has no host"}},
      {url("https://a..example/x"), {no_host}},
      {url("https://[::1/x"), {no_host}},
      {url("https://[::1]x/x"), {no_host}},
      {url("https://a.example\\\\@b.example"), {no_user}},
      {url("https://me:s3cret@a.example/x"), {no_user}},
      {url("https://me@a.example"), {no_user}},
      {url("https://a.example:0/x"), {no_port}},
      {url("https://a.example:65536"), {no_port}},
      {url("https://a.example:"), {no_port}},
      {url("https://a.example:80x/"), {no_port}},
      {url("https://a.example/x y"), {no_space}},
      {url("https://a.example/x\\ty"), {no_space}},
      {url("https://a.example/x "), {no_space}},
      {url("https://bücher.example/x"), {no_space}},
      {url("https://a.example/x#y"),
       {said + "can't have a fragment in it: leave off the # and what follows"}},
  });
}

TEST(BadSinks, AlertmanagerUrls) {
  const auto url = [](const std::string& text) { return alertmanager("urls: [\"" + text + "\"]"); };
  const std::string said = "c:2:11: an Alertmanager's URL ";
  expect_findings({
      {alertmanager(""), {"c:2:3: an Alertmanager sink needs a list `urls`"}},
      {alertmanager("url: \"https://a.example\""),
       {"c:2:3: an Alertmanager sink needs a list `urls`",
        "c:2:4: unknown key `url`, did you mean `urls`?"}},
      {alertmanager("urls: \"https://a.example\""),
       {"c:2:10: `urls` has to be a list, not a single value"}},
      {alertmanager("urls: []"), {"c:2:10: `urls` has to name at least one Alertmanager"}},
      {alertmanager("urls: [{}]"), {"c:2:11: an Alertmanager's URL has to be a text, not a map"}},
      {alertmanager(
           "urls: [\"https://a.example/x\", \"https://A.example/x/\", \"https://a.example/X\"]"),
       {"c:2:34: this Alertmanager is there already, at 2:11"}},
      {url("a.example:9093"), {said + "has to begin with https:// or http://"}},
      {url("https://me:s3cret@a.example"),
       {said + "can't have a user or password in it: use `basic_auth`"}},
      {url("https://a.example/x?y"),
       {said + "can't have a query in it: leave off the ? and what follows"}},
      {url("https://a.example/#/alerts"),
       {said + "can't have a fragment in it: leave off the # and what follows"}},
      {url("https://a.example/api/v2/alerts"),
       {said + "is written without its API: leave off /api/v2/alerts"}},
      {url("https://a.example/x/api/v2/"),
       {said + "is written without its API: leave off /api/v2"}},
      {url("https://a.example/api/v1"), {said + "is written without its API: leave off /api/v1"}},
      {alertmanager("urls: [\"https://a.example\"], hold: 0s"),
       {"c:2:39: `hold` has to be more than 0"}},
  });
}

TEST(BadSinks, SecretsAndTheRest) {
  const auto with = [](const std::string& keys) {
    return webhook("url: \"https://a.example\",\n   " + keys);
  };
  const std::string no_key =
      ": a signing secret is `whsec_` and base64; make one with: echo whsec_$(openssl rand -base64 "
      "32)";
  const std::string no_file =
      "the secret's file isn't there; its name isn't shown, as it may be the secret";
  expect_findings(
      SinkFolder(),
      {
          {with("secret_files: new.key"),
           {"c:3:18: `secret_files` has to be a list, not a single value"}},
          {with("secret_files: [new.key, bad.key, empty, none, \"\", []]"),
           {"c:3:28: `secret_files`: bad.key" + no_key,
            "c:3:37: `secret_files`: empty: the secret is empty",
            "c:3:44: `secret_files`: " + no_file, "c:3:50: a secret file needs a name",
            "c:3:54: a secret file has to be a text, not a list"}},
          {with("secret_files: [whsec_dGVuYW50c2NvcGU=]"),
           {"c:3:19: this is a secret itself: write it to a file, and that file's name here"}},
          {with("bearer_token_file: empty"),
           {"c:3:23: `bearer_token_file`: empty: the secret is empty"}},
          {with("bearer_token_file: none"), {"c:3:23: `bearer_token_file`: " + no_file}},
          {with("bearer_token_file: [token]"),
           {"c:3:23: `bearer_token_file` has to be a text, not a list"}},
          {with("basic_auth: {}"),
           {"c:3:16: `basic_auth` needs a `password_file`",
            "c:3:16: `basic_auth` needs a `username`"}},
          {with("basic_auth: {username: me, password: x}"),
           {"c:3:16: `basic_auth` needs a `password_file`",
            "c:3:31: `password` isn't taken: write it to a file of its own, and that file's name "
            "at `password_file`"}},
          {with("basic_auth: {username: \"\", password_file: \"\"}"),
           {"c:3:27: `username` can't be empty", "c:3:46: `password_file` can't be empty"}},
          {with("basic_auth: {username: \"a:b\", password_file: none}"),
           {"c:3:27: `username` can't have a `:` or control characters in it",
            "c:3:49: `password_file`: " + no_file}},
          {with("basic_auth: {username: \"a\\nb\", password_file: password}"),
           {"c:3:27: `username` can't have a `:` or control characters in it"}},
          {with("bearer_token_file: token, basic_auth: {username: me, password_file: password}"),
           {"c:3:23: `basic_auth` and `bearer_token_file` exclude each other: leave one off"}},
          {with("ca_file: none"),
           {"c:3:13: `ca_file` `none` can't be read: No such file or directory"}},
          {with("ca_file: token"), {"c:3:13: `ca_file` `token` holds no certificates in PEM form"}},
          {with("batch: yes"), {"c:3:11: `batch` has to be true or false, not `yes`"}},
          {with("batch: True"), {"c:3:11: `batch` has to be true or false, not `True`"}},
          {with("batch: \"true\""),
           {"c:3:11: `batch` has to be true or false: write it without quotes"}},
          {with("batch: []"), {"c:3:11: `batch` has to be true or false, not a list"}},
          {with("timeout: 0s"), {"c:3:13: `timeout` has to be more than 0"}},
          {with("secrets: []"),
           {"c:3:4: unknown key `secrets`; the keys here are: url, url_file, secret_files, batch, "
            "template, template_value_files, content_type, success_body, proxy_url, "
            "proxy_basic_auth, no_proxy, proxy_from_environment, tls_config, basic_auth, "
            "authorization, oauth2, http_headers, timeout"}},
          {alertmanager("urls: [\"https://a.example\"], secret_files: []"),
           {"c:2:33: unknown key `secret_files`; the keys here are: urls, url_files, hold, "
            "proxy_url, proxy_basic_auth, no_proxy, proxy_from_environment, tls_config, "
            "basic_auth, "
            "authorization, oauth2, http_headers, timeout"}},
      });
}

TEST(SinkWarnings, PlainHttpShortKeysAndMissingFolders) {
  const std::string plain =
      " is reached over plain http: whoever is in between can read and change what is sent; use "
      "https:// where that is possible";
  const std::vector<Bad> cases{
      {webhook("url: \"http://127.0.0.1/x\""), {}},
      {webhook("url: \"http://Siem.example/S3cret\""), {"c:2:9: `siem.example`" + plain}},
      {alertmanager("urls: [\"http://localhost:9093\", \"http://10.0.0.1:9093\", \"http://[::2]\", "
                    "\"https://a.example\"]"),
       {"c:2:36: `10.0.0.1`" + plain, "c:2:60: `[::2]`" + plain}},
      {webhook("url: \"https://a.example\", secret_files: [new.key, short.key]"),
       {"c:2:54: the signing secret `short.key` has 11 bytes, where Standard Webhooks wants 24 at "
        "least; make another one with: echo "
        "whsec_$(openssl rand -base64 32)"}},
      {"events: {sinks: [{name: a, file: {path: /nowhere/at-all/b}}, {name: b, file: {path: "
       "/tmp/b}}, {name: c, file: {path: d/e}}]}\n",
       {"c:1:41: the folder `/nowhere/at-all` isn't there: events wait until it is"}},
      {"events: {sinks: [{name: a, file: {path: b}, match: {labels: {team: x, drill: y}}}]}\n",
       {"c:1:71: no tenant has a label `drill`, as a field of tenantscope's own has that name: no "
        "event matches"}},
      {webhook("url: \"http://siem.example\", batch: 1"), {}},  // errors first
  };
  const SinkFolder folder;
  for (const auto& [config, warnings] : cases) {
    folder.write("c", config + "tenants: [{name: a.example}]\n");
    EXPECT_EQ(folder.shown(folder.load().warnings), warnings) << config;
  }
}

}  // namespace
}  // namespace tenantscope
