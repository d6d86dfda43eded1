#include "metrics/instruments.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "version.hpp"

namespace tenantscope {
namespace {

// "name{label=value,...} value", one a line; of a histogram its count.
std::string listed(const Instruments& instruments, const std::string& prefix = "") {
  std::string lines;
  for (const auto& family : instruments.collect()) {
    if (!family.name.starts_with(prefix))
      continue;
    for (const auto& metric : family.metric) {
      std::string labels;
      for (const auto& label : metric.label)
        labels += (labels.empty() ? "" : ",") + label.name + "=" + label.value;
      const double value = family.type == prometheus::MetricType::Counter ? metric.counter.value
                           : family.type == prometheus::MetricType::Gauge
                               ? metric.gauge.value
                               : double(metric.histogram.sample_count);
      lines += fmt::format("{}{{{}}} {}\n", family.name, labels, value);
    }
  }
  return lines;
}

TEST(Instruments, StartWithEverythingThatIsKnownInAdvance) {
  EXPECT_EQ(listed(Instruments()),
            R"(tenantscope_build_info{compiler=g++ )" __VERSION__ ",revision=" TENANTSCOPE_REVISION
            ",version=" TENANTSCOPE_VERSION R"(} 1
tenantscope_changes_total{field=b2b_capability} 0
tenantscope_changes_total{field=identity} 0
tenantscope_changes_total{field=presence} 0
tenantscope_changes_total{field=region_scope} 0
tenantscope_changes_total{field=sub_scope} 0
tenantscope_config_last_reload_success_timestamp_seconds{} 0
tenantscope_config_last_reload_successful{} 0
tenantscope_config_reload_failures_total{} 0
tenantscope_events_total{kind=baselined} 0
tenantscope_events_total{kind=changed} 0
tenantscope_events_total{kind=collaboration_changed} 0
tenantscope_events_total{kind=drill} 0
tenantscope_events_total{kind=expectation_changed} 0
tenantscope_events_total{kind=ledger_rewound} 0
tenantscope_log_lines_dropped_total{} 0
tenantscope_replica_active{} 1
tenantscope_schedule_lag_seconds{} 0
tenantscope_storage_calls_refused_total{} 0
tenantscope_storage_commit_failures_total{} 0
tenantscope_storage_commits_in_doubt_total{} 0
tenantscope_storage_commits_total{} 0
tenantscope_storage_damaged_rows_total{} 0
tenantscope_storage_rewinds_total{} 0
tenantscope_storage_up{} 1
tenantscope_tenants{} 0
tenantscope_web_exposed{} 0
tenantscope_web_logins_total{result=failure} 0
tenantscope_web_logins_total{result=locked} 0
tenantscope_web_logins_total{result=success} 0
tenantscope_web_refused_total{reason=evicted} 0
tenantscope_web_refused_total{reason=full} 0
tenantscope_web_refused_total{reason=host} 0
tenantscope_web_refused_total{reason=rate_limit} 0
tenantscope_web_requests_total{code=200} 0
tenantscope_web_requests_total{code=400} 0
tenantscope_web_requests_total{code=401} 0
tenantscope_web_requests_total{code=403} 0
tenantscope_web_requests_total{code=404} 0
tenantscope_web_requests_total{code=405} 0
tenantscope_web_requests_total{code=410} 0
tenantscope_web_requests_total{code=413} 0
tenantscope_web_requests_total{code=414} 0
tenantscope_web_requests_total{code=417} 0
tenantscope_web_requests_total{code=421} 0
tenantscope_web_requests_total{code=429} 0
tenantscope_web_requests_total{code=431} 0
tenantscope_web_requests_total{code=500} 0
tenantscope_web_requests_total{code=503} 0
tenantscope_web_requests_total{code=505} 0
)");
}

TEST(Instruments, OfASharedStorageShowWhatIsKnown) {
  Instruments instruments;
  instruments.share_storage(false);
  const auto seen = [&] {
    return listed(instruments, "tenantscope_replicas") +
           listed(instruments, "tenantscope_storage_beat_age_seconds");
  };
  EXPECT_EQ(listed(instruments, "tenantscope_storage_fenced_total"),
            "tenantscope_storage_fenced_total{} 0\n");
  EXPECT_EQ(listed(instruments, "tenantscope_storage_blocking_sessions_total"),
            "tenantscope_storage_blocking_sessions_total{result=refused} 0\n"
            "tenantscope_storage_blocking_sessions_total{result=terminated} 0\n");
  EXPECT_EQ(seen(), "");
  ReplicaSight sight;
  instruments.replica()->show([&sight] { return sight; });
  EXPECT_EQ(seen(), "") << "nothing was heard yet";
  sight.beat_age = std::chrono::milliseconds(1500);
  sight.replicas = {{ReplicaState::active, 1}, {ReplicaState::standby, 2}};
  EXPECT_EQ(seen(), R"(tenantscope_replicas{state=active} 1
tenantscope_replicas{state=draining} 0
tenantscope_replicas{state=joining} 0
tenantscope_replicas{state=outdated} 0
tenantscope_replicas{state=standby} 2
tenantscope_storage_beat_age_seconds{} 1.5
)");
  sight.replicas.reset();
  EXPECT_EQ(seen(), "tenantscope_storage_beat_age_seconds{} 1.5\n");
}

TEST(Instruments, OfADaemonThatBeginsAnewGoOnCounting) {
  LastingCounts counts;
  for (int life = 1; life <= 3; ++life) {
    Instruments instruments(counts);
    instruments.share_storage(false);
    instruments.replica()->takeovers().Increment();
    instruments.replica()->fenced().Increment(2);
    instruments.replica()->terminated().Increment(5);
    instruments.replica()->not_terminated().Increment(6);
    instruments.storage_rewinds().Increment(3);
    instruments.storage_commits_in_doubt().Increment(4);
    instruments.storage_commits().Increment();
    EXPECT_EQ(listed(instruments, "tenantscope_takeovers_total"),
              fmt::format("tenantscope_takeovers_total{{}} {}\n", life));
    EXPECT_EQ(listed(instruments, "tenantscope_storage_fenced_total"),
              fmt::format("tenantscope_storage_fenced_total{{}} {}\n", 2 * life));
    EXPECT_EQ(instruments.replica()->terminated().Value(), 5 * life);
    EXPECT_EQ(instruments.replica()->not_terminated().Value(), 6 * life);
    EXPECT_EQ(instruments.storage_rewinds().Value(), 3 * life);
    EXPECT_EQ(instruments.storage_commits_in_doubt().Value(), 4 * life);
    EXPECT_EQ(instruments.storage_commits().Value(), 1);
    counts = instruments.lasting();
  }
}

TEST(Instruments, OfAnAuthorityHaveEveryOutcome) {
  Instruments instruments;
  instruments.authorities().of("global").not_found.Increment();
  EXPECT_EQ(listed(instruments, "tenantscope_authority_"),
            R"(tenantscope_authority_connections{asked=global,tls_version=TLS 1.2} 0
tenantscope_authority_connections{asked=global,tls_version=TLS 1.3} 0
tenantscope_authority_connections{asked=global,tls_version=none} 0
tenantscope_authority_connections_opened_total{asked=global} 0
tenantscope_authority_in_flight_requests{asked=global} 0
tenantscope_authority_request_duration_seconds{asked=global} 0
tenantscope_authority_request_phase_seconds{asked=global,phase=connect} 0
tenantscope_authority_request_phase_seconds{asked=global,phase=dns} 0
tenantscope_authority_request_phase_seconds{asked=global,phase=first_byte} 0
tenantscope_authority_request_phase_seconds{asked=global,phase=tls} 0
tenantscope_authority_request_phase_seconds{asked=global,phase=transfer} 0
tenantscope_authority_requests_per_second{asked=global} 0
tenantscope_authority_requests_total{asked=global,outcome=bad_document} 0
tenantscope_authority_requests_total{asked=global,outcome=connect} 0
tenantscope_authority_requests_total{asked=global,outcome=dns} 0
tenantscope_authority_requests_total{asked=global,outcome=encoding} 0
tenantscope_authority_requests_total{asked=global,outcome=found} 0
tenantscope_authority_requests_total{asked=global,outcome=http_status} 0
tenantscope_authority_requests_total{asked=global,outcome=identity} 0
tenantscope_authority_requests_total{asked=global,outcome=not_found} 1
tenantscope_authority_requests_total{asked=global,outcome=not_json} 0
tenantscope_authority_requests_total{asked=global,outcome=other} 0
tenantscope_authority_requests_total{asked=global,outcome=redirect} 0
tenantscope_authority_requests_total{asked=global,outcome=throttled} 0
tenantscope_authority_requests_total{asked=global,outcome=timeout} 0
tenantscope_authority_requests_total{asked=global,outcome=tls} 0
tenantscope_authority_requests_total{asked=global,outcome=too_large} 0
tenantscope_authority_throttled_total{asked=global} 0
tenantscope_authority_up{asked=global} 1
)");
}

TEST(Instruments, OfASinkHaveEveryReason) {
  Instruments instruments;
  instruments.sink("audit").deliveries.Increment(2);
  EXPECT_EQ(listed(instruments, "tenantscope_event_"),
            R"(tenantscope_event_deliveries_total{sink=audit} 2
tenantscope_event_delivery_failures_total{reason=connect,sink=audit} 0
tenantscope_event_delivery_failures_total{reason=dns,sink=audit} 0
tenantscope_event_delivery_failures_total{reason=http_status,sink=audit} 0
tenantscope_event_delivery_failures_total{reason=io,sink=audit} 0
tenantscope_event_delivery_failures_total{reason=other,sink=audit} 0
tenantscope_event_delivery_failures_total{reason=redirect,sink=audit} 0
tenantscope_event_delivery_failures_total{reason=throttled,sink=audit} 0
tenantscope_event_delivery_failures_total{reason=timeout,sink=audit} 0
tenantscope_event_delivery_failures_total{reason=tls,sink=audit} 0
tenantscope_event_outbox_events{sink=audit} 0
)");
  EXPECT_EQ(listed(instruments, "tenantscope_events_dropped_total"),
            "tenantscope_events_dropped_total{sink=audit} 0\n");
}

TEST(Instruments, ShowTheWebCertificateWhereThereIsOne) {
  constexpr auto family = "tenantscope_web_certificate_expiry";
  Instruments instruments;
  instruments.set_web_certificate_expiry({});
  EXPECT_EQ(listed(instruments, family), "");
  instruments.set_web_certificate_expiry(WallTime(std::chrono::seconds(1000)));
  instruments.set_web_certificate_expiry(WallTime(std::chrono::seconds(2000)));
  EXPECT_EQ(listed(instruments, family),
            "tenantscope_web_certificate_expiry_timestamp_seconds{} 2000\n");
  instruments.set_web_certificate_expiry({});
  EXPECT_EQ(listed(instruments, family), "");
}

TEST(Instruments, AreTheSameAtEachSight) {
  Instruments instruments;
  EXPECT_EQ(&instruments.authorities().of("global"), &instruments.authorities().of("global"));
  EXPECT_EQ(&instruments.sink("audit"), &instruments.sink("audit"));
  instruments.changes(Field::presence).Increment();
  instruments.events(EventKind::drill).Increment();
  EXPECT_EQ(instruments.changes(Field::presence).Value(), 1);
  EXPECT_EQ(instruments.changes(Field::identity).Value(), 0);
  EXPECT_EQ(instruments.events(EventKind::drill).Value(), 1);
}

TEST(Instruments, OfWhatIsGoneGoWithIt) {
  Instruments instruments;
  const std::string nothing = listed(instruments);
  instruments.authorities().of("global").found.Increment();
  instruments.sink("audit").dropped.Increment();
  instruments.set_outbox_oldest("audit", *parse_rfc3339("2026-11-23T10:00:00Z"));
  const std::string global = listed(instruments);

  instruments.authorities().of("usgov");
  instruments.sink("soc");
  instruments.set_outbox_oldest("soc", *parse_rfc3339("2026-11-23T10:00:00Z"));
  instruments.authorities().keep({"global", "china"});
  instruments.keep_sinks({"audit"});
  EXPECT_EQ(listed(instruments), global);

  instruments.authorities().keep({});
  instruments.keep_sinks({});
  EXPECT_EQ(listed(instruments), nothing);

  EXPECT_EQ(instruments.authorities().of("global").found.Value(), 0);
  EXPECT_EQ(instruments.sink("audit").dropped.Value(), 0);
}

TEST(Instruments, HaveAnOldestEventOnlyWhileThereIsOne) {
  const std::string name = "tenantscope_event_outbox_oldest_timestamp_seconds";
  Instruments instruments;
  instruments.set_outbox_oldest("audit", std::nullopt);
  EXPECT_EQ(listed(instruments, name), "");
  instruments.set_outbox_oldest("audit", *parse_rfc3339("2026-11-23T10:00:00.5Z"));
  instruments.set_outbox_oldest("soc", *parse_rfc3339("2026-11-23T10:00:00Z"));
  instruments.set_outbox_oldest("audit", *parse_rfc3339("2026-11-23T10:00:01.5Z"));
  EXPECT_EQ(listed(instruments, name),
            name + "{sink=audit} 1795428001.5\n" + name + "{sink=soc} 1795428000\n");
  instruments.set_outbox_oldest("audit", std::nullopt);
  EXPECT_EQ(listed(instruments, name), name + "{sink=soc} 1795428000\n");
}

TEST(Instruments, AllHaveAHelpTextAndNamesOfTheirType) {
  Instruments instruments;
  instruments.authorities().of("global");
  instruments.sink("audit");
  for (const auto& family : instruments.collect()) {
    EXPECT_TRUE(family.help.ends_with('.')) << family.name;
    EXPECT_EQ(family.name.ends_with("_total"), family.type == prometheus::MetricType::Counter)
        << family.name;
  }
}

TEST(Instruments, CountDurationsInBuckets) {
  Instruments instruments;
  instruments.authorities().of("global").duration_seconds.Observe(0.2);
  instruments.schedule_lag_seconds().Observe(0.02);
  for (const auto& family : instruments.collect()) {
    if (family.type != prometheus::MetricType::Histogram || family.name.ends_with("_phase_seconds"))
      continue;
    const auto& histogram = family.metric.at(0).histogram;
    EXPECT_GT(histogram.bucket.size(), 5u) << family.name;
    EXPECT_EQ(histogram.bucket.front().cumulative_count, 0u) << family.name;
    EXPECT_EQ(histogram.bucket.back().cumulative_count, 1u) << family.name;
  }
}

}  // namespace
}  // namespace tenantscope
