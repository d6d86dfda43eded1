#include "metrics/authority_instruments.hpp"

#include <algorithm>
#include <mutex>
#include <string_view>

#include "metrics/families.hpp"

namespace tenantscope {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;

const Histogram::BucketBoundaries request_buckets{0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
                                                  0.5,   1,    2.5,   5,    10};
const Histogram::BucketBoundaries phase_buckets{0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10};

}  // namespace

// A kept connection was neither looked up nor opened.
void AuthorityInstruments::observe(const RequestTrace& trace) {
  const auto note = [this](const char* phase, RequestTrace::Seconds from,
                           RequestTrace::Seconds to) {
    phases.at(phase)->Observe(std::max(0.0, (to - from).count()));
  };
  if (!trace.kept_connection) {
    note("dns", {}, trace.dns);
    note("connect", trace.dns, trace.connect);
    if (trace.tls.count() > 0)
      note("tls", trace.connect, trace.tls);
  }
  const auto opened =
      trace.kept_connection ? RequestTrace::Seconds() : std::max(trace.connect, trace.tls);
  note("first_byte", opened, trace.first_byte);
  note("transfer", trace.first_byte, trace.total);
}

struct Authorities::Families {
  explicit Families(prometheus::Registry& to) : registry(to) {}

  prometheus::Registry& registry;
  Family<Counter>& requests = counters(registry, "tenantscope_authority_requests_total",
                                       "Requests to an authority, by what came of them.");
  Family<Counter>& responses = counters(registry, "tenantscope_authority_responses_total",
                                        "Answers of an authority, by HTTP status.");
  Family<Histogram>& duration =
      histograms(registry, "tenantscope_authority_request_duration_seconds",
                 "How long an authority's answers took.");
  Family<Histogram>& phase =
      histograms(registry, "tenantscope_authority_request_phase_seconds",
                 "How long the phases of an authority's answers took; dns, connect and tls only "
                 "where a connection was opened.");
  Family<Gauge>& up = gauges(registry, "tenantscope_authority_up",
                             "0 while the authority can't be reached and its circuit is open.");
  Family<Counter>& throttled = counters(registry, "tenantscope_authority_throttled_total",
                                        "Answers by which an authority asked to be asked less.");
  Family<Gauge>& rate = gauges(registry, "tenantscope_authority_requests_per_second",
                               "The rate that the limiter permits at present.");
  Family<Gauge>& in_flight =
      gauges(registry, "tenantscope_authority_in_flight_requests", "Requests under way.");
  Family<Counter>& connections =
      counters(registry, "tenantscope_authority_connections_opened_total",
               "Connections opened to an authority.");
  Family<Gauge>& certificate_expiry =
      gauges(registry, "tenantscope_authority_certificate_expiry_timestamp_seconds",
             "When the certificate ends that an authority, or who intercepts its TLS, has served "
             "last; absent before the first.");

  std::mutex mutex;
  std::map<std::string, AuthorityInstruments> all;  // guarded by mutex, as is the one below
  std::function<ConnectionCounts()> counts;
};

Authorities::Authorities(prometheus::Registry& registry)
    : families_(std::make_unique<Families>(registry)) {}

Authorities::~Authorities() = default;

AuthorityInstruments& Authorities::of(const std::string& asked) {
  Families& f = *families_;
  const std::lock_guard lock(f.mutex);
  if (const auto known = f.all.find(asked); known != f.all.end())
    return known->second;
  const auto outcome = [&](std::string_view name) -> Counter& {
    return f.requests.Add({{"asked", asked}, {"outcome", std::string(name)}});
  };
  const prometheus::Labels labels{{"asked", asked}};
  AuthorityInstruments made{.found = outcome("found"),
                            .not_found = outcome("not_found"),
                            .failures = {},
                            .duration_seconds = f.duration.Add(labels, request_buckets),
                            .phases = {},
                            .up = f.up.Add(labels),
                            .throttled = f.throttled.Add(labels),
                            .requests_per_second = f.rate.Add(labels),
                            .in_flight_requests = f.in_flight.Add(labels),
                            .connections_opened = f.connections.Add(labels),
                            .responses = {}};
  for (const ErrorKind reason : probe_reasons)
    made.failures[reason] = &outcome(to_string(reason));
  for (const char* phase : {"dns", "connect", "tls", "first_byte", "transfer"})
    made.phases[phase] = &f.phase.Add({{"asked", asked}, {"phase", phase}}, phase_buckets);
  made.up.Set(1);
  return f.all.emplace(asked, std::move(made)).first->second;
}

void Authorities::keep(const std::set<std::string>& asked) {
  Families& f = *families_;
  const std::lock_guard lock(f.mutex);
  std::erase_if(f.all, [&](const auto& entry) {
    if (asked.contains(entry.first))
      return false;
    const AuthorityInstruments& gone = entry.second;
    f.requests.Remove(&gone.found);
    f.requests.Remove(&gone.not_found);
    for (const auto& [reason, counter] : gone.failures)
      f.requests.Remove(counter);
    f.duration.Remove(&gone.duration_seconds);
    for (const auto& [phase, histogram] : gone.phases)
      f.phase.Remove(histogram);
    f.up.Remove(&gone.up);
    f.throttled.Remove(&gone.throttled);
    f.rate.Remove(&gone.requests_per_second);
    f.in_flight.Remove(&gone.in_flight_requests);
    f.connections.Remove(&gone.connections_opened);
    for (const auto& [code, counter] : gone.responses)
      f.responses.Remove(counter);
    if (gone.certificate_expiry)
      f.certificate_expiry.Remove(gone.certificate_expiry);
    return true;
  });
}

void Authorities::answered(const std::string& asked, int status, const RequestTrace& trace) {
  AuthorityInstruments& counted = of(asked);
  counted.observe(trace);
  Families& f = *families_;
  const std::lock_guard lock(f.mutex);
  std::string code = std::to_string(status);
  if (!counted.responses.contains(code) && counted.responses.size() >= most_codes)
    code = "other";
  Counter*& responses = counted.responses[code];
  if (!responses)
    responses = &f.responses.Add({{"asked", asked}, {"code", code}});
  responses->Increment();
  if (!trace.certificate_expiry)
    return;
  if (!counted.certificate_expiry)
    counted.certificate_expiry = &f.certificate_expiry.Add({{"asked", asked}});
  counted.certificate_expiry->Set(unix_seconds(*trace.certificate_expiry));
}

void Authorities::show_connections(std::function<ConnectionCounts()> counts) {
  const std::lock_guard lock(families_->mutex);
  families_->counts = std::move(counts);
}

prometheus::MetricFamily Authorities::connections() const {
  prometheus::MetricFamily family{.name = "tenantscope_authority_connections",
                                  .help = "Connections to an authority that are open.",
                                  .type = prometheus::MetricType::Gauge,
                                  .metric = {}};
  const std::lock_guard lock(families_->mutex);
  ConnectionCounts shown;
  for (const auto& [asked, instruments] : families_->all)
    for (const char* version : {"TLS 1.2", "TLS 1.3", "none"})
      shown[{asked, version}] = 0;
  if (families_->counts)
    for (const auto& [whose, open] : families_->counts())
      if (families_->all.contains(whose.first))
        shown[whose] = open;
  for (const auto& [whose, open] : shown) {
    prometheus::ClientMetric metric;
    metric.label = {{"asked", whose.first}, {"tls_version", whose.second}};
    metric.gauge.value = double(open);
    family.metric.push_back(std::move(metric));
  }
  return family;
}

}  // namespace tenantscope
