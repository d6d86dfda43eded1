#include "metrics/replica_instruments.hpp"

#include "metrics/families.hpp"

namespace tenantscope {

ReplicaInstruments::ReplicaInstruments(prometheus::Registry& registry, bool checked)
    : takeovers_(counters(registry, "tenantscope_takeovers_total",
                          "How often this daemon came to be the active one of those that share its "
                          "storage.")
                     .Add({})),
      config_matches_(gauges(registry, "tenantscope_replica_config_matches",
                             "1: this daemon's configuration is the active one's.")
                          .Add({})) {
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

}  // namespace tenantscope
