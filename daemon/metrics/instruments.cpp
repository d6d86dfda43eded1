#include "metrics/instruments.hpp"

#include <algorithm>

#include "metrics/families.hpp"
#include "version.hpp"

namespace tenantscope {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;

const Histogram::BucketBoundaries lag_buckets{0.01, 0.05, 0.1, 0.25, 0.5, 1, 5, 15, 60, 300};

// Those that the web server answers with.
constexpr unsigned web_statuses[]{200, 400, 401, 403, 404, 405, 410, 413,
                                  414, 417, 421, 429, 431, 500, 503, 505};

std::string text(std::string_view view) { return std::string(view); }

}  // namespace

struct Instruments::Families {
  prometheus::Registry registry;

  Authorities authorities{registry};

  Family<Counter>& changes =
      counters(registry, "tenantscope_changes_total", "Confirmed changes, by field.");
  Family<Counter>& events =
      counters(registry, "tenantscope_events_total", "Events written to the journal, by kind.");
  Family<Counter>& deliveries =
      counters(registry, "tenantscope_event_deliveries_total", "Events that a sink has taken.");
  Family<Counter>& delivery_failures =
      counters(registry, "tenantscope_event_delivery_failures_total",
               "Attempts to deliver that failed, by reason.");
  Family<Gauge>& outbox_events =
      gauges(registry, "tenantscope_event_outbox_events", "Events that a sink hasn't taken yet.");
  Family<Gauge>& outbox_oldest =
      gauges(registry, "tenantscope_event_outbox_oldest_timestamp_seconds",
             "When the oldest event that a sink hasn't taken yet was written; absent while there "
             "is none.");
  Family<Counter>& dropped =
      counters(registry, "tenantscope_events_dropped_total",
               "Events that retention took before a sink did, or that were damaged or gone.");

  Gauge& build_info = gauges(registry, "tenantscope_build_info", "1; what is running.")
                          .Add({{"version", TENANTSCOPE_VERSION},
                                {"revision", TENANTSCOPE_REVISION},
                                {"compiler", "g++ " __VERSION__}});
  Gauge& tenants = gauges(registry, "tenantscope_tenants", "Tenants that are watched.").Add({});
  Histogram& lag = histograms(registry, "tenantscope_schedule_lag_seconds",
                              "How long after they were due probes began.")
                       .Add({}, lag_buckets);
  Gauge& storage_up =
      gauges(registry, "tenantscope_storage_up",
             "1: the last transaction was committed, and the storage is where it was.")
          .Add({});
  Counter& storage_commits =
      counters(registry, "tenantscope_storage_commits_total", "Transactions committed.").Add({});
  Counter& storage_commit_failures =
      counters(registry, "tenantscope_storage_commit_failures_total",
               "Transactions that failed; what they held is tried again.")
          .Add({});
  Counter& storage_commits_in_doubt =
      counters(registry, "tenantscope_storage_commits_in_doubt_total",
               "Transactions that weren't answered within 4 s: they may have been committed.")
          .Add({});
  Counter& storage_rewinds =
      counters(registry, "tenantscope_storage_rewinds_total",
               "How often the storage had gone back, as to a backup, and this daemon told so.")
          .Add({});
  Counter& storage_calls_refused =
      counters(registry, "tenantscope_storage_calls_refused_total",
               "Calls of the storage that weren't made, as it didn't answer or too many waited.")
          .Add({});
  Counter& storage_damaged_rows =
      counters(registry, "tenantscope_storage_damaged_rows_total",
               "Stored rows that were found damaged: none is believed, shown or sent.")
          .Add({});
  Gauge& reload_successful = gauges(registry, "tenantscope_config_last_reload_successful",
                                    "1: the configuration in force is the one that was read last.")
                                 .Add({});
  Gauge& reload_success =
      gauges(registry, "tenantscope_config_last_reload_success_timestamp_seconds",
             "When a configuration was taken over last.")
          .Add({});
  Counter& reload_failures =
      counters(registry, "tenantscope_config_reload_failures_total",
               "Reloads of the configuration that left the last good one in force.")
          .Add({});
  Gauge& replica_active =
      gauges(registry, "tenantscope_replica_active",
             "1: this daemon asks, stores and delivers; 0: its storage isn't open, or another "
             "daemon that shares it is the active one.")
          .Add({});
  Gauge& web_exposed =
      gauges(registry, "tenantscope_web_exposed",
             "1: other machines can reach the web server without TLS or without a login.")
          .Add({});

  Family<Gauge>& web_certificate_expiry =
      gauges(registry, "tenantscope_web_certificate_expiry_timestamp_seconds",
             "When the web server's own certificate ends; absent without TLS.");
  Counter& log_lines_dropped =
      counters(registry, "tenantscope_log_lines_dropped_total",
               "Log lines that were lost, as standard error wasn't read or can't be written.")
          .Add({});
  Family<Counter>& web_refused = counters(
      registry, "tenantscope_web_refused_total",
      "Clients that the web server refused, or whose connection or long poll it ended for others.");

  Family<Counter>& web_logins =
      counters(registry, "tenantscope_web_logins_total",
               "Logins by password, by what came of them; locked: not looked at, as too many from "
               "there were wrong.");
  Family<Counter>& web_requests =
      counters(registry, "tenantscope_web_requests_total",
               "Requests that the web server answered, by the answer's status.");

  std::map<Field, Counter*> changes_by_field;
  std::map<EventKind, Counter*> events_by_kind;
  std::map<std::string, Counter*, std::less<>> web_refused_by_reason;
  std::map<std::string, Counter*, std::less<>> web_logins_by_result;

  LastingCounts before;
  std::optional<ReplicaInstruments> replica;

  std::mutex mutex;
  const Log* log = nullptr;  // guarded by mutex, as are all below
  std::map<std::string, SinkInstruments> sinks;
  std::map<std::string, Gauge*> oldest;
  Gauge* web_certificate = nullptr;
};

Instruments::Instruments(const LastingCounts& before) : families_(std::make_unique<Families>()) {
  families_->before = before;
  families_->storage_rewinds.Increment(before.rewinds);
  families_->storage_commits_in_doubt.Increment(before.commits_in_doubt);
  families_->build_info.Set(1);
  families_->storage_up.Set(1);
  families_->replica_active.Set(1);
  for (const Field field : change_fields)
    families_->changes_by_field[field] =
        &families_->changes.Add({{"field", text(to_string(field))}});
  for (const EventKind kind : event_kinds)
    families_->events_by_kind[kind] = &families_->events.Add({{"kind", text(to_string(kind))}});
  for (const char* reason : {"full", "evicted", "rate_limit", "host"})
    families_->web_refused_by_reason[reason] = &families_->web_refused.Add({{"reason", reason}});
  for (const char* result : {"success", "failure", "locked"})
    families_->web_logins_by_result[result] = &families_->web_logins.Add({{"result", result}});
  for (const unsigned status : web_statuses)
    web_requests(status);
}

Instruments::~Instruments() = default;

LastingCounts Instruments::lasting() const {
  Families& f = *families_;
  LastingCounts counts = f.before;
  counts.rewinds = f.storage_rewinds.Value();
  counts.commits_in_doubt = f.storage_commits_in_doubt.Value();
  if (f.replica) {
    counts.takeovers = f.replica->takeovers().Value();
    counts.fenced = f.replica->fenced().Value();
    counts.terminated = f.replica->terminated().Value();
    counts.not_terminated = f.replica->not_terminated().Value();
  }
  return counts;
}

Authorities& Instruments::authorities() { return families_->authorities; }

SinkInstruments& Instruments::sink(const std::string& name) {
  Families& f = *families_;
  const std::lock_guard lock(f.mutex);
  if (const auto known = f.sinks.find(name); known != f.sinks.end())
    return known->second;
  const prometheus::Labels labels{{"sink", name}};
  SinkInstruments made{.deliveries = f.deliveries.Add(labels),
                       .failures = {},
                       .outbox_events = f.outbox_events.Add(labels),
                       .dropped = f.dropped.Add(labels)};
  for (const ErrorKind reason : delivery_reasons)
    made.failures[reason] =
        &f.delivery_failures.Add({{"sink", name}, {"reason", text(to_string(reason))}});
  return f.sinks.emplace(name, std::move(made)).first->second;
}

void Instruments::keep_sinks(const std::set<std::string>& names) {
  Families& f = *families_;
  const std::lock_guard lock(f.mutex);
  std::erase_if(f.sinks, [&](const auto& entry) {
    const auto& [name, gone] = entry;
    if (names.contains(name))
      return false;
    f.deliveries.Remove(&gone.deliveries);
    for (const auto& [reason, counter] : gone.failures)
      f.delivery_failures.Remove(counter);
    f.outbox_events.Remove(&gone.outbox_events);
    f.dropped.Remove(&gone.dropped);
    if (const auto oldest = f.oldest.extract(name))
      f.outbox_oldest.Remove(oldest.mapped());
    return true;
  });
}

void Instruments::set_outbox_oldest(const std::string& sink, std::optional<WallTime> oldest) {
  Families& f = *families_;
  const std::lock_guard lock(f.mutex);
  if (oldest) {
    auto& gauge = f.oldest[sink];
    if (!gauge)
      gauge = &f.outbox_oldest.Add({{"sink", sink}});
    gauge->Set(unix_seconds(*oldest));
  } else if (const auto gone = f.oldest.extract(sink)) {
    f.outbox_oldest.Remove(gone.mapped());
  }
}

Counter& Instruments::changes(Field field) { return *families_->changes_by_field.at(field); }
Counter& Instruments::events(EventKind kind) { return *families_->events_by_kind.at(kind); }
Gauge& Instruments::tenants() { return families_->tenants; }
Histogram& Instruments::schedule_lag_seconds() { return families_->lag; }
Gauge& Instruments::storage_up() { return families_->storage_up; }
Counter& Instruments::storage_commits() { return families_->storage_commits; }
Counter& Instruments::storage_commit_failures() { return families_->storage_commit_failures; }
Counter& Instruments::storage_commits_in_doubt() { return families_->storage_commits_in_doubt; }
Counter& Instruments::storage_rewinds() { return families_->storage_rewinds; }
Counter& Instruments::storage_calls_refused() { return families_->storage_calls_refused; }
Counter& Instruments::storage_damaged_rows() { return families_->storage_damaged_rows; }
Gauge& Instruments::config_last_reload_successful() { return families_->reload_successful; }
Gauge& Instruments::config_last_reload_success_timestamp_seconds() {
  return families_->reload_success;
}
Counter& Instruments::config_reload_failures() { return families_->reload_failures; }
void Instruments::share_storage(bool checked) {
  if (!families_->replica)
    families_->replica.emplace(families_->registry, checked, families_->before);
}
ReplicaInstruments* Instruments::replica() {
  return families_->replica ? &*families_->replica : nullptr;
}
Gauge& Instruments::replica_active() { return families_->replica_active; }
Gauge& Instruments::web_exposed() { return families_->web_exposed; }
void Instruments::set_web_certificate_expiry(std::optional<WallTime> expiry) {
  Families& f = *families_;
  const std::lock_guard lock(f.mutex);
  if (f.web_certificate && !expiry)
    f.web_certificate_expiry.Remove(std::exchange(f.web_certificate, nullptr));
  if (!expiry)
    return;
  if (!f.web_certificate)
    f.web_certificate = &f.web_certificate_expiry.Add({});
  f.web_certificate->Set(unix_seconds(*expiry));
}
Counter& Instruments::web_refused(std::string_view reason) {
  return *families_->web_refused_by_reason.find(reason)->second;
}

Counter& Instruments::web_logins(std::string_view result) {
  return *families_->web_logins_by_result.find(result)->second;
}
Counter& Instruments::web_requests(unsigned status) {
  return families_->web_requests.Add({{"code", std::to_string(status)}});
}

void Instruments::show_dropped_lines_of(const Log& log) {
  const std::lock_guard lock(families_->mutex);
  families_->log = &log;
}

std::vector<prometheus::MetricFamily> Instruments::collect() const {
  {
    const std::lock_guard lock(families_->mutex);
    Counter& dropped = families_->log_lines_dropped;
    if (families_->log)
      dropped.Increment(double(families_->log->dropped()) - dropped.Value());
  }
  auto families = families_->registry.Collect();
  if (auto connections = families_->authorities.connections(); !connections.metric.empty())
    families.push_back(std::move(connections));
  if (families_->replica)
    for (prometheus::MetricFamily& family : families_->replica->seen())
      families.push_back(std::move(family));
  std::ranges::sort(families, {}, &prometheus::MetricFamily::name);
  for (auto& family : families)
    std::ranges::sort(family.metric, {}, &prometheus::ClientMetric::label);
  return families;
}

}  // namespace tenantscope
