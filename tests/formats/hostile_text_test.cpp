// Whatever a document, a list or a storage of an older version brings: no format lets it out raw.
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <string>
#include <vector>

#include "formats/alert_json.hpp"
#include "formats/explain_json.hpp"
#include "formats/exposition.hpp"
#include "formats/json.hpp"
#include "formats/probe_report.hpp"
#include "formats/settings_yaml.hpp"
#include "formats/tenant_json.hpp"
#include "formats/tenant_labels.hpp"
#include "support/hostile_text.hpp"
#include "support/watch_settings.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

const WallTime now = *parse_rfc3339("2026-11-23T10:00:00Z");
const Guid id = *parse_guid("11111111-2222-5333-8444-555555555555");

Finding full_of(const std::string& text) {
  return {.found = true, .cloud = text, .tenant_id = id, .region_scope = text, .sub_scope = text};
}

// A tenant with `text` wherever there may be any.
Watch watch_of(const std::string& text) {
  Watch made{.settings = shared({.key = {.asked = text, .name = text},
                                 .expect = {.region_scope = text, .b2b = {}},
                                 .labels = {{text, text}}}),
             .state = {.generation = 1, .found = true, .known = full_of(text), .last_success = now},
             .status = {.watched_since = now, .probed = true}};
  made.status.failure = ErrorKind::bad_document;
  made.status.failure_detail = text;
  return made;
}

PairVerdict verdict_of(const std::string& text) {
  return {.rule = text, .explanation = text, .limits = {text}, .advice = {text}, .sources = {text}};
}

Explanation explanation_of(const std::string& text) {
  Explanation explanation;
  explanation.pair.host = facts_of(watch_of(text));
  explanation.pair.guest = explanation.pair.host;
  explanation.verdict = verdict_of(text);
  explanation.clouds_asked = explanation.clouds_not_asked = {text};
  return explanation;
}

std::string exposed(const std::string& text, ExpositionFormat format) {
  const Watch watch = watch_of(text);
  Exposition exposition(format);
  MetricText labels;
  write_labels(labels, watch.settings->key);
  for (const TenantFamily& family : tenant_families()) {
    exposition.begin(family);
    exposition.tenant(family, {.watch = watch, .labels = labels.text(), .now = now});
  }
  exposition.begin_pairs();
  exposition.pair({.collaboration = text, .host = text, .guest = text});
  exposition.probe(watch, RuleSet::docs_2025);
  prometheus::ClientMetric metric;
  metric.label = {{text, text}};
  exposition.instruments({{.name = "x", .help = "x", .metric = {metric}}});
  exposition.finish();
  return std::string(exposition.text());
}

std::string yaml_of(const std::string& text) {
  Settings settings;
  settings.tenants = {{.key = {"global", text},
                       .tenant_id = {},
                       .expect = {.region_scope = text, .b2b = {}},
                       .probe = {},
                       .labels = {{text, text}}}};
  settings.collaborations = {
      {.name = text, .hosts = {{.key = {"global", text}, .shown = text}}, .guests = {}}};
  settings.events.source = text;
  settings.events.sinks = {{.name = text,
                            .match = {.labels = {{text, text}}},
                            .target = FileSinkSettings{.path = text}}};
  settings.postgresql = {.hosts = {{.name = text}},
                         .database = text,
                         .user = text,
                         .password_file = text,
                         .ca_file = text,
                         .client_certificate_file = text,
                         .client_key_file = text,
                         .schema = text};
  settings.replica = text;
  std::string whole;
  SettingsYaml yaml(settings);
  for (std::string part = yaml.next(); !part.empty(); part = yaml.next())
    whole += part;
  return whole;
}

std::vector<std::string> events_of(const std::string& text) {
  const Transition transition{.generation = 2,
                              .changes = {{Field::region_scope, text, text}},
                              .previous = full_of(text),
                              .current = full_of(text),
                              .confirmed = now,
                              .evidence = {.url = text, .sha256 = text, .request_id = text}};
  const TenantKey key{.asked = text, .name = text};
  std::vector<ChangeEvent> events =
      make_events(key, transition, {.region_scope = text, .b2b = B2b::unknown}, {});
  events.push_back(make_pair_event(
      key, transition,
      {.collaboration = text, .host = text, .guest = text, .verdict = verdict_of(text)}, {}));
  std::vector<std::string> written;
  for (ChangeEvent& event : events) {
    event.labels = {{text, text}};
    written.push_back(cloud_event(event, id, 1, text));
  }
  return written;
}

std::string report_of(const std::string& text) {
  return probe_report(watch_of("a.example"), {.url = text, .status = 200, .body_bytes = 1},
                      {.headers = {text, "X: " + text}}, RuleSet::docs_2025, text);
}

TEST(HostileText, ComesOutOfNoFormatRaw) {
  const std::string text = every_hostile_character();
  for (const ExpositionFormat format : {ExpositionFormat::text, ExpositionFormat::openmetrics})
    EXPECT_EQ(raw_in(exposed(text, format)), "");
  EXPECT_EQ(raw_in(yaml_of(text)), "");
  EXPECT_EQ(raw_in(json_line(watch_json(watch_of(text), RuleSet::docs_2025, now)), ""), "");
  EXPECT_EQ(raw_in(json_line(explain_json(explanation_of(text))), ""), "");
  EXPECT_EQ(raw_in(report_of(text)), "");
  for (const std::string& event : events_of(text)) {
    EXPECT_EQ(raw_in(event, ""), "");
    EXPECT_EQ(raw_in(json_line(alert_json(event, now)), ""), "");
  }
}

// An older version wrote such events, raw but for the C0 ones.
TEST(HostileText, OfAStoredEventMeansTheSameWhereItIsShown) {
  const std::string text = hostile_text();
  const std::string stored =
      json::serialize(json::object{{"subject", text}, {"data", {{"labels", {{text, text}}}}}});
  ASSERT_NE(raw_in(stored), "");
  const json::value parsed = json::parse(stored);
  EXPECT_EQ(raw_in(json_line(parsed), ""), "");
  EXPECT_EQ(json::parse(json_line(parsed)), parsed);
}

// In alerts nothing is an escape of JSON's: their receivers show what it stands for.
TEST(HostileText, OfAnAlertIsAnEscapeThatCanBeRead) {
  const std::string event =
      R"({"type":"tenantscope.tenant.changed.v1","data":{"tenant":"a.example","labels":{"team":"a\u202eb"},"previous":{"found":true},"current":{"found":true},)"
      R"("changes":[{"field":"region_scope","from":"NA","to":"\u001b[31m\u009b"}]}})";
  const json::object alert = alert_json(event, now);
  EXPECT_EQ(alert.at("annotations").at("summary"),
            "a.example: region scope NA -> \\u001b[31m\\u009b.");
  EXPECT_EQ(alert.at("labels").at("team"), "a\\u202eb");
}

TEST(HostileText, OfALabelIsAnEscapeThatCanBeRead) {
  MetricText text;
  text.named_label("te am\"\n", "a\x1b[31m\u202e\"\\\n\xff\U000e0041ü\tz");
  EXPECT_EQ(text.text(), R"(te_am__="a\\u001b[31m\\u202e\"\\\n)"
                         "\ufffd"
                         R"(\\udb40\\udc41ü\\u0009z")");
}

TEST(ProbeReport, HidesWhatOpensDoors) {
  const std::string report = probe_report(
      watch_of("a.example"), {.url = "https://login.example/a", .status = 302, .body_bytes = 3},
      {.headers = {"Set-Cookie: fpc=s3cret; path=/", "SET-COOKIE2 : s3cret", "cookie:s3cret",
                   "Authorization: Bearer s3cret", "proxy-authorization: s3cret",
                   "Webhook-Signature: v1,s3cret", "Location: https://u:s3cret@a.example/b?s3cret",
                   "x-ms-request-id: 42", "Location: /plain", "no colon"}},
      RuleSet::docs_2025, "abc");
  EXPECT_EQ(report.find("s3cret"), report.npos) << report;
  for (const char* line :
       {"  header      Set-Cookie: <redacted>\n", "  header      SET-COOKIE2 : <redacted>\n",
        "  header      cookie: <redacted>\n", "  header      Authorization: <redacted>\n",
        "  header      Location: https://a.example/b <redacted>\n",
        "  header      x-ms-request-id: 42\n", "  header      Location: /plain\n",
        "  header      no colon\n", "  begins with abc\n"})
    EXPECT_NE(report.find(line), report.npos) << line << report;
}

TEST(ProbeReport, ShowsAsMuchOfABodyAsItMay) {
  const auto shown = [](std::optional<std::string_view> body) {
    const std::string report = probe_report(watch_of("a.example"), {.status = 200, .body_bytes = 1},
                                            {}, RuleSet::docs_2025, body);
    const auto at = report.find("begins with");
    return at == report.npos ? "" : report.substr(at + 12, report.find('\n', at) - at - 12);
  };
  EXPECT_EQ(shown("{\n  \"error\": \"\x1b[31m\"\r\n}"), "{ \"error\": \"\\u001b[31m\" }");
  EXPECT_EQ(shown(std::string(500, 'x')), std::string(500, 'x'));
  EXPECT_EQ(shown(std::string(501, 'x')), std::string(500, 'x') + "...");
  EXPECT_EQ(shown({}), "(not shown: that wants the control socket, a login or --web.enable-probe)");
}

}  // namespace
}  // namespace tenantscope
