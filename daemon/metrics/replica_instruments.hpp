// What a daemon counts and shows that shares its storage with others. Safe to move from any thread.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

namespace tenantscope {

class ReplicaInstruments {
 public:
  // `checked`: it is looked at whether another server has what is committed.
  ReplicaInstruments(prometheus::Registry& registry, bool checked);

  prometheus::Counter& takeovers() { return takeovers_; }
  prometheus::Gauge& config_matches() { return config_matches_; }  // the active one's
  void set_synchronous(bool synchronous);  // does nothing without `durability: checked`

 private:
  prometheus::Counter& takeovers_;
  prometheus::Gauge& config_matches_;
  prometheus::Gauge* synchronous_ = nullptr;
};

}  // namespace tenantscope
