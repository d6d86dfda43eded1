#include "metrics/replica_instruments.hpp"

#include <string>
#include <utility>

#include "metrics/families.hpp"

namespace tenantscope {
namespace {

// Those that a replica can say of itself while it has a lease.
constexpr ReplicaState told_states[]{ReplicaState::joining, ReplicaState::standby,
                                     ReplicaState::active, ReplicaState::outdated,
                                     ReplicaState::draining};

prometheus::MetricFamily replicas_family(const std::map<ReplicaState, std::size_t>& replicas) {
  prometheus::MetricFamily family{
      .name = "tenantscope_replicas",
      .help = "Daemons that have a lease of the shared storage, by what they say of themselves.",
      .type = prometheus::MetricType::Gauge,
      .metric = {}};
  for (const ReplicaState state : told_states) {
    prometheus::ClientMetric metric;
    metric.label = {{"state", std::string(to_string(state))}};
    const auto found = replicas.find(state);
    metric.gauge.value = found == replicas.end() ? 0 : double(found->second);
    family.metric.push_back(std::move(metric));
  }
  return family;
}

prometheus::MetricFamily age_family(Duration age) {
  prometheus::MetricFamily family{
      .name = "tenantscope_storage_beat_age_seconds",
      .help = "How long ago this daemon said last that it lives, and the shared storage answered.",
      .type = prometheus::MetricType::Gauge,
      .metric = {}};
  family.metric.emplace_back();
  family.metric.back().gauge.value = std::chrono::duration<double>(age).count();
  return family;
}

prometheus::Family<prometheus::Counter>& blocking_sessions(prometheus::Registry& registry) {
  return counters(registry, "tenantscope_storage_blocking_sessions_total",
                  "Sessions that held the shared storage and didn't go on, whom this daemon had it "
                  "terminate; refused: it wasn't permitted.");
}

}  // namespace

ReplicaInstruments::ReplicaInstruments(prometheus::Registry& registry, bool checked,
                                       const LastingCounts& before)
    : takeovers_(counters(registry, "tenantscope_takeovers_total",
                          "How often this daemon came to be the active one of those that share its "
                          "storage.")
                     .Add({})),
      fenced_(counters(registry, "tenantscope_storage_fenced_total",
                       "What the storage refused to take from this daemon, as another one had "
                       "taken over.")
                  .Add({})),
      terminated_(blocking_sessions(registry).Add({{"result", "terminated"}})),
      not_terminated_(blocking_sessions(registry).Add({{"result", "refused"}})),
      config_matches_(gauges(registry, "tenantscope_replica_config_matches",
                             "1: this daemon's configuration is the active one's.")
                          .Add({})) {
  takeovers_.Increment(before.takeovers);
  fenced_.Increment(before.fenced);
  terminated_.Increment(before.terminated);
  not_terminated_.Increment(before.not_terminated);
  config_matches_.Set(1);
  if (checked)
    synchronous_ = &gauges(registry, "tenantscope_storage_synchronous",
                           "1: what is committed is on another server as well.")
                        .Add({});
}

void ReplicaInstruments::set_synchronous(bool synchronous) {
  if (synchronous_)
    synchronous_->Set(synchronous);
}

void ReplicaInstruments::show(std::function<ReplicaSight()> sight) {
  const std::lock_guard lock(mutex_);
  sight_ = std::move(sight);
}

std::vector<prometheus::MetricFamily> ReplicaInstruments::seen() const {
  const std::lock_guard lock(mutex_);
  std::vector<prometheus::MetricFamily> families;
  if (!sight_)
    return families;
  const ReplicaSight sight = sight_();
  if (sight.replicas)
    families.push_back(replicas_family(*sight.replicas));
  if (sight.beat_age)
    families.push_back(age_family(*sight.beat_age));
  return families;
}

}  // namespace tenantscope
