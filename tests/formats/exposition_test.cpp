#include "formats/exposition.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <sstream>

#include "formats/tenant_labels.hpp"
#include "support/watch_settings.hpp"

namespace tenantscope {
namespace {

const Guid tenant_id = *parse_guid("aaaaaaaa-0000-4000-8000-00000000000a");
const WallTime now = *parse_rfc3339("2026-11-23T10:00:00Z");  // 1795428000

Watch watch(const std::string& name, const std::string& asked = "global") {
  Watch made;
  settings_of(made).key = {.asked = asked, .name = name};
  made.status.watched_since = now;
  return made;
}

Watch seen(const std::string& name, std::optional<Finding> known) {
  Watch made = watch(name);
  const bool found = known.has_value();
  made.state = {.generation = 1, .found = found, .known = std::move(known), .last_success = now};
  made.status.probed = true;
  return made;
}

Finding usgov(std::string_view scope, std::string_view sub_scope = "") {
  return {.found = true,
          .cloud = "usgov",
          .tenant_id = tenant_id,
          .region_scope = scope,
          .sub_scope = sub_scope};
}

std::string finished(Exposition& exposition) {
  exposition.finish();
  return std::string(exposition.text());
}

std::string expose(const std::vector<const Watch*>& watches,
                   ExpositionFormat format = ExpositionFormat::text,
                   RuleSet rules = RuleSet::docs_2025) {
  Exposition exposition(format);
  for (const TenantFamily& family : tenant_families()) {
    exposition.begin(family);
    for (const Watch* watch : watches) {
      MetricText labels;
      write_labels(labels, watch->settings->key);
      exposition.tenant(family,
                        {.watch = *watch, .labels = labels.text(), .rules = rules, .now = now});
    }
  }
  return finished(exposition);
}

// The samples of one family, one a line, without the family's name.
std::string samples(const std::string& text, const std::string& name) {
  std::istringstream lines(text);
  std::string found;
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(name + "{") || line.starts_with(name + " "))
      found += line.substr(name.size()) + "\n";
  return found;
}

std::string samples_of(const Watch& one, const std::string& name) {
  return samples(expose({&one}), "tenantscope_tenant_" + name);
}

// One tenant with everything that can be said of one, and one that was never seen.
std::vector<Watch> two_tenants() {
  Watch full = seen("agency.example", usgov("USGov", "DODCON"));
  settings_of(full).labels = {{"team", "identity"}};
  settings_of(full).expect = {.region_scope = "USGOV", .b2b = B2b::not_supported};
  full.state.generation = 2;
  full.state.last_change.set(Field::region_scope, now - std::chrono::milliseconds(250));
  full.state.last_change.set(Field::b2b_capability, now);
  full.state.b2b_before = B2b::unknown;
  full.state.last_success = now - std::chrono::hours(2);
  full.state.pending = Pending{Finding{}, 1, now};
  full.status.failure = ErrorKind::timeout;
  full.status.failures = 3;
  full.status.duration = std::chrono::milliseconds(187);
  return {full, watch("new.example", "usgov")};
}

TEST(Exposition, OfTenantsIsPrintedAsTheContractSays) {
  const auto tenants = two_tenants();
  EXPECT_EQ(
      expose({&tenants[0], &tenants[1]}),
      R"(# HELP tenantscope_tenant_info 1; the cloud, the environment (what people call the place: Commercial, GCC High, ...) and the tenant ID that the document shows, and the configured labels.
# TYPE tenantscope_tenant_info gauge
tenantscope_tenant_info{tenant="agency.example",asked="global",cloud="usgov",environment="gcc_high",tenant_id="aaaaaaaa-0000-4000-8000-00000000000a",team="identity"} 1
# HELP tenantscope_tenant_region_scope 1; the confirmed tenant_region_scope and tenant_region_sub_scope as the document shows them.
# TYPE tenantscope_tenant_region_scope gauge
tenantscope_tenant_region_scope{tenant="agency.example",asked="global",scope="USGov",sub_scope="DODCON"} 1
# HELP tenantscope_tenant_b2b_capability 1 for the state that holds of B2B collaboration with this tenant, 0 for the others.
# TYPE tenantscope_tenant_b2b_capability gauge
tenantscope_tenant_b2b_capability{tenant="agency.example",asked="global",state="supported"} 1
tenantscope_tenant_b2b_capability{tenant="agency.example",asked="global",state="not_supported"} 0
tenantscope_tenant_b2b_capability{tenant="agency.example",asked="global",state="unknown"} 0
tenantscope_tenant_b2b_capability{tenant="new.example",asked="usgov",state="supported"} 0
tenantscope_tenant_b2b_capability{tenant="new.example",asked="usgov",state="not_supported"} 0
tenantscope_tenant_b2b_capability{tenant="new.example",asked="usgov",state="unknown"} 1
# HELP tenantscope_tenant_up 1: the last probe gave a valid answer; "no such tenant" is one.
# TYPE tenantscope_tenant_up gauge
tenantscope_tenant_up{tenant="agency.example",asked="global"} 0
# HELP tenantscope_tenant_found 1: the tenant exists in the cloud that is asked (confirmed); 0: it doesn't.
# TYPE tenantscope_tenant_found gauge
tenantscope_tenant_found{tenant="agency.example",asked="global"} 1
# HELP tenantscope_tenant_failure_info 1; why the last probe failed. Only while it did.
# TYPE tenantscope_tenant_failure_info gauge
tenantscope_tenant_failure_info{tenant="agency.example",asked="global",reason="timeout"} 1
# HELP tenantscope_tenant_probe_duration_seconds How long the last probe took.
# TYPE tenantscope_tenant_probe_duration_seconds gauge
tenantscope_tenant_probe_duration_seconds{tenant="agency.example",asked="global"} 0.187
# HELP tenantscope_tenant_expectation_met 1: the tenant is as the configuration expects it; 0: it isn't.
# TYPE tenantscope_tenant_expectation_met gauge
tenantscope_tenant_expectation_met{tenant="agency.example",asked="global",expectation="b2b"} 0
tenantscope_tenant_expectation_met{tenant="agency.example",asked="global",expectation="region_scope"} 1
# HELP tenantscope_tenant_answering_info 1; the tenant that answers to the name instead of the pinned one, which answered before (lost) or never did (never_met). Only while another one is confirmed to.
# TYPE tenantscope_tenant_answering_info gauge
# HELP tenantscope_tenant_last_success_timestamp_seconds When a probe gave a valid answer last.
# TYPE tenantscope_tenant_last_success_timestamp_seconds gauge
tenantscope_tenant_last_success_timestamp_seconds{tenant="agency.example",asked="global"} 1795420800
# HELP tenantscope_tenant_last_change_timestamp_seconds When a change of this field was confirmed last. Only for fields that have changed.
# TYPE tenantscope_tenant_last_change_timestamp_seconds gauge
tenantscope_tenant_last_change_timestamp_seconds{tenant="agency.example",asked="global",field="region_scope"} 1795427999.75
tenantscope_tenant_last_change_timestamp_seconds{tenant="agency.example",asked="global",field="b2b_capability"} 1795428000
# HELP tenantscope_tenant_b2b_capability_left_timestamp_seconds When the last change of the B2B capability was confirmed, by the state that it went from. Only where that is known.
# TYPE tenantscope_tenant_b2b_capability_left_timestamp_seconds gauge
tenantscope_tenant_b2b_capability_left_timestamp_seconds{tenant="agency.example",asked="global",state="unknown"} 1795428000
# HELP tenantscope_tenant_change_pending 1 while a change awaits its confirmation.
# TYPE tenantscope_tenant_change_pending gauge
tenantscope_tenant_change_pending{tenant="agency.example",asked="global"} 1
tenantscope_tenant_change_pending{tenant="new.example",asked="usgov"} 0
# HELP tenantscope_tenant_stale 1 once nothing was heard of the tenant for longer than `stale_after`.
# TYPE tenantscope_tenant_stale gauge
tenantscope_tenant_stale{tenant="agency.example",asked="global"} 1
tenantscope_tenant_stale{tenant="new.example",asked="usgov"} 0
# HELP tenantscope_tenant_probe_failures_total Probes that failed.
# TYPE tenantscope_tenant_probe_failures_total counter
tenantscope_tenant_probe_failures_total{tenant="agency.example",asked="global"} 3
tenantscope_tenant_probe_failures_total{tenant="new.example",asked="usgov"} 0
)");
}

// What OpenMetrics asks for beyond the text format.
TEST(Exposition, OfTenantsInOpenMetricsDiffersInThreePlaces) {
  const auto tenants = two_tenants();
  std::string expected = expose({&tenants[0], &tenants[1]});
  const auto replace = [&](const std::string& from, const std::string& to) {
    const auto at = expected.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    expected.replace(at, from.size(), to);
  };
  replace("# HELP tenantscope_tenant_probe_failures_total ",
          "# HELP tenantscope_tenant_probe_failures ");
  replace("# TYPE tenantscope_tenant_probe_failures_total ",
          "# TYPE tenantscope_tenant_probe_failures ");
  replace(R"("no such tenant")", R"(\"no such tenant\")");
  EXPECT_EQ(expose({&tenants[0], &tenants[1]}, ExpositionFormat::openmetrics),
            expected + "# EOF\n");
}

TEST(Exposition, BeforeTheFirstAnswerSaysOnlyWhatIsKnown) {
  const Watch never = watch("a.example");
  for (const std::string name :
       {"info", "region_scope", "up", "found", "failure_info", "last_success_timestamp_seconds",
        "last_change_timestamp_seconds", "b2b_capability_left_timestamp_seconds",
        "probe_duration_seconds", "expectation_met"})
    EXPECT_EQ(samples_of(never, name), "") << name;
  for (const std::string name : {"change_pending", "stale", "probe_failures_total"})
    EXPECT_EQ(samples_of(never, name), R"({tenant="a.example",asked="global"} 0)"
                                       "\n")
        << name;
}

TEST(Exposition, SaysWhatB2bWasBeforeOnlyWhereItHasChangedAndThatIsKnown) {
  const std::string left = "b2b_capability_left_timestamp_seconds";
  Watch tenant = seen("a.example", usgov("USG"));
  EXPECT_EQ(samples_of(tenant, left), "") << "it has never changed";
  tenant.state.last_change.set(Field::region_scope, now);
  tenant.state.last_change.set(Field::b2b_capability, now - std::chrono::seconds(9));
  EXPECT_EQ(samples_of(tenant, left), "") << "it has, before that was stored";
  for (const B2b before : b2b_states) {
    tenant.state.b2b_before = before;
    EXPECT_EQ(samples_of(tenant, left), R"({tenant="a.example",asked="global",state=")" +
                                            std::string(to_string(before)) + "\"} 1795427991\n");
  }
}

TEST(Exposition, OfATenantWhoseProbesFailedFromTheStart) {
  Watch failing = watch("a.example");
  failing.status = {.watched_since = now - std::chrono::hours(2),
                    .probed = true,
                    .failure = ErrorKind::dns,
                    .failures = 4};
  settings_of(failing).expect = {.region_scope = "NA", .b2b = B2b::supported};
  EXPECT_EQ(samples_of(failing, "up"), R"({tenant="a.example",asked="global"} 0)"
                                       "\n");
  EXPECT_EQ(samples_of(failing, "failure_info"),
            R"({tenant="a.example",asked="global",reason="dns"} 1)"
            "\n");
  EXPECT_EQ(samples_of(failing, "stale"), R"({tenant="a.example",asked="global"} 1)"
                                          "\n");
  for (const std::string name :
       {"info", "region_scope", "found", "last_success_timestamp_seconds", "expectation_met"})
    EXPECT_EQ(samples_of(failing, name), "") << name;
}

TEST(Exposition, OfATenantThatIsNotFound) {
  Watch missing = seen("a.example", std::nullopt);
  settings_of(missing).expect = {.region_scope = "NA", .b2b = B2b::supported};
  EXPECT_EQ(samples_of(missing, "up"), R"({tenant="a.example",asked="global"} 1)"
                                       "\n");
  EXPECT_EQ(samples_of(missing, "found"), R"({tenant="a.example",asked="global"} 0)"
                                          "\n");
  EXPECT_EQ(samples_of(missing, "region_scope"), "");
  EXPECT_EQ(samples_of(missing, "failure_info"), "");
  EXPECT_EQ(samples_of(missing, "expectation_met"),
            R"({tenant="a.example",asked="global",expectation="b2b"} 0)"
            "\n"
            R"({tenant="a.example",asked="global",expectation="region_scope"} 0)"
            "\n");
}

TEST(Exposition, OfATenantThatVanishedKeepsItsIdentityButNoScope) {
  Watch gone = seen("a.example", usgov("USG"));
  gone.state.found = false;
  EXPECT_EQ(samples_of(gone, "region_scope"), "");
  EXPECT_EQ(samples_of(gone, "found"), R"({tenant="a.example",asked="global"} 0)"
                                       "\n");
  EXPECT_NE(samples_of(gone, "info"), "");
  EXPECT_NE(samples_of(gone, "b2b_capability").find(R"(state="unknown"} 1)"), std::string::npos);
}

TEST(Exposition, AfterARestartShowsWhatWasConfirmedBefore) {
  Watch restored = seen("a.example", usgov("USG"));
  restored.status = {.watched_since = now};
  EXPECT_EQ(samples_of(restored, "up"), "");
  EXPECT_EQ(samples_of(restored, "probe_duration_seconds"), "");
  EXPECT_EQ(samples_of(restored, "found"), R"({tenant="a.example",asked="global"} 1)"
                                           "\n");
  EXPECT_EQ(samples_of(restored, "region_scope"),
            R"({tenant="a.example",asked="global",scope="USG",sub_scope=""} 1)"
            "\n");
}

TEST(Exposition, ShowsAScopeThatIsMissingAsAnEmptyOne) {
  EXPECT_EQ(samples_of(seen("a.example", usgov("")), "region_scope"),
            R"({tenant="a.example",asked="global",scope="",sub_scope=""} 1)"
            "\n");
}

TEST(Exposition, HasOneB2bStateAtATimeUnderTheRules) {
  Finding china{.found = true, .cloud = "china", .tenant_id = tenant_id, .region_scope = "AS"};
  const Watch one = seen("a.example", china);
  for (const auto& [rules, state] :
       {std::pair(RuleSet::docs_2025, "supported"), std::pair(RuleSet::seed_2022, "unknown")}) {
    const std::string shown =
        samples(expose({&one}, ExpositionFormat::text, rules), "tenantscope_tenant_b2b_capability");
    EXPECT_NE(shown.find("state=\"" + std::string(state) + "\"} 1\n"), std::string::npos) << shown;
    EXPECT_EQ(std::ranges::count(shown, '\n'), 3) << shown;
  }
}

TEST(Exposition, EscapesLabelValues) {
  Watch odd = seen("a.example", usgov("a\\b\"c\nd"));
  settings_of(odd).labels = {{"team", "\\ \" \n ö"}};
  for (const auto format : {ExpositionFormat::text, ExpositionFormat::openmetrics}) {
    const std::string text = expose({&odd}, format);
    EXPECT_EQ(samples(text, "tenantscope_tenant_region_scope"),
              R"({tenant="a.example",asked="global",scope="a\\b\"c\nd",sub_scope=""} 1)"
              "\n");
    EXPECT_NE(samples(text, "tenantscope_tenant_info").find(R"(,team="\\ \" \n ö"} 1)"),
              std::string::npos);
  }
}

TEST(Exposition, KeepsTheOrderItIsGiven) {
  const Watch b = seen("b.example", usgov("USG")), a = seen("a.example", usgov("USG"));
  EXPECT_EQ(samples(expose({&b, &a}), "tenantscope_tenant_found"),
            R"({tenant="b.example",asked="global"} 1)"
            "\n"
            R"({tenant="a.example",asked="global"} 1)"
            "\n");
}

prometheus::MetricFamily family(prometheus::MetricType type, std::string name, std::string help,
                                std::vector<prometheus::ClientMetric> metrics) {
  prometheus::MetricFamily made;
  made.name = std::move(name);
  made.help = std::move(help);
  made.type = type;
  made.metric = std::move(metrics);
  return made;
}

prometheus::ClientMetric gauge(double value,
                               std::vector<prometheus::ClientMetric::Label> labels = {}) {
  prometheus::ClientMetric metric;
  metric.label = std::move(labels);
  metric.gauge.value = value;
  return metric;
}

std::string expose(const std::vector<prometheus::MetricFamily>& families, ExpositionFormat format) {
  Exposition exposition(format);
  exposition.instruments(families);
  return finished(exposition);
}

TEST(Exposition, OfInstruments) {
  prometheus::ClientMetric requests;
  requests.label = {{"asked", "global"}, {"outcome", "found"}};
  requests.counter.value = 12;
  prometheus::ClientMetric duration;
  duration.label = {{"asked", "global"}};
  duration.histogram.sample_count = 3;
  duration.histogram.sample_sum = 5.25;
  duration.histogram.bucket = {{1, 0.05}, {2, 1}, {3, std::numeric_limits<double>::infinity()}};
  const std::vector<prometheus::MetricFamily> families{
      family(prometheus::MetricType::Counter, "x_requests_total", "Requests \\ \"asked\"\nfor.",
             {requests}),
      family(prometheus::MetricType::Histogram, "x_duration_seconds", "Took.", {duration}),
      family(prometheus::MetricType::Gauge, "x_up", "Up.", {gauge(1)}),
      family(prometheus::MetricType::Gauge, "x_nothing", "None.", {})};
  EXPECT_EQ(expose(families, ExpositionFormat::text),
            R"(# HELP x_requests_total Requests \\ "asked"\nfor.
# TYPE x_requests_total counter
x_requests_total{asked="global",outcome="found"} 12
# HELP x_duration_seconds Took.
# TYPE x_duration_seconds histogram
x_duration_seconds_bucket{asked="global",le="0.05"} 1
x_duration_seconds_bucket{asked="global",le="1"} 2
x_duration_seconds_bucket{asked="global",le="+Inf"} 3
x_duration_seconds_sum{asked="global"} 5.25
x_duration_seconds_count{asked="global"} 3
# HELP x_up Up.
# TYPE x_up gauge
x_up 1
)");
  EXPECT_EQ(expose(families, ExpositionFormat::openmetrics),
            R"(# HELP x_requests Requests \\ \"asked\"\nfor.
# TYPE x_requests counter
x_requests_total{asked="global",outcome="found"} 12
# HELP x_duration_seconds Took.
# TYPE x_duration_seconds histogram
x_duration_seconds_bucket{asked="global",le="0.05"} 1
x_duration_seconds_bucket{asked="global",le="1.0"} 2
x_duration_seconds_bucket{asked="global",le="+Inf"} 3
x_duration_seconds_sum{asked="global"} 5.25
x_duration_seconds_count{asked="global"} 3
# HELP x_up Up.
# TYPE x_up gauge
x_up 1
# EOF
)");
}

TEST(Exposition, WritesNumbersThatReadBackTheSame) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::vector<std::pair<double, std::string>> table{
      {0, "0"},
      {-0.0, "0"},
      {1, "1"},
      {-1, "-1"},
      {0.1, "0.1"},
      {1.0 / 3, "0.3333333333333333"},
      {1e-7, "1e-07"},
      {1795428000.25, "1795428000.25"},
      {268435456, "268435456"},
      {1e14, "100000000000000"},
      {1e21, "1e+21"},
      {infinity, "+Inf"},
      {-infinity, "-Inf"},
      {std::numeric_limits<double>::quiet_NaN(), "NaN"},
  };
  for (const auto& [value, text] : table) {
    const auto shown = expose({family(prometheus::MetricType::Gauge, "x", "X.", {gauge(value)})},
                              ExpositionFormat::text);
    EXPECT_EQ(shown, "# HELP x X.\n# TYPE x gauge\nx " + text + "\n");
  }
}

TEST(Exposition, OfTheProcess) {
  Exposition exposition(ExpositionFormat::openmetrics);
  exposition.process({});  // nothing is known, nothing is there
  exposition.process({.cpu_seconds = 1.5,
                      .start_time_seconds = 1795428000.5,
                      .resident_memory_bytes = 1 << 20,
                      .virtual_memory_bytes = 1 << 30,
                      .open_fds = 17,
                      .max_fds = 1024});
  EXPECT_EQ(finished(exposition),
            R"(# HELP process_cpu_seconds User and system CPU time spent, in seconds.
# TYPE process_cpu_seconds counter
process_cpu_seconds_total 1.5
# HELP process_max_fds How many file descriptors may be open.
# TYPE process_max_fds gauge
process_max_fds 1024
# HELP process_open_fds How many file descriptors are open.
# TYPE process_open_fds gauge
process_open_fds 17
# HELP process_resident_memory_bytes Resident memory, in bytes.
# TYPE process_resident_memory_bytes gauge
process_resident_memory_bytes 1048576
# HELP process_start_time_seconds When the process started, in seconds since the epoch.
# TYPE process_start_time_seconds gauge
process_start_time_seconds 1795428000.5
# HELP process_virtual_memory_bytes Virtual memory, in bytes.
# TYPE process_virtual_memory_bytes gauge
process_virtual_memory_bytes 1073741824
# EOF
)");
}

TEST(ExpositionFormat, HasAContentType) {
  EXPECT_EQ(content_type(ExpositionFormat::text), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(content_type(ExpositionFormat::openmetrics),
            "application/openmetrics-text; version=1.0.0; charset=utf-8");
}

// Of a lost state nothing is shown, as before a first answer.
TEST(Exposition, ShowsNothingOfALostState) {
  Watch lost = watch("a.example");
  lost.state = lost_state(7);
  EXPECT_EQ(expose({&lost}), expose({[] {
              static const Watch never = watch("a.example");
              return &never;
            }()}));
}

}  // namespace
}  // namespace tenantscope
