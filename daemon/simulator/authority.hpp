// The authority as a pure state machine: a request and the time give a reply; timed changes come
// into force as time goes by. For the server and the control API; one thread. Times are those since
// the start and never go back.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/document.hpp"
#include "simulator/http.hpp"
#include "simulator/scenario.hpp"

namespace tenantscope::simulator {

// A fault while it lasts.
class FaultInForce {
 public:
  FaultInForce() = default;
  FaultInForce(Fault fault, Duration since);

  // nullptr: none, or it has ended.
  const Fault* at(Duration now) const;
  FaultKind kind() const { return fault_.kind; }  // even after its end
  void answered() { ++answers_; }

 private:
  Fault fault_;
  Duration since_{};
  std::uint64_t answers_ = 0;
};

struct Tenant {
  std::string name;
  Guid tenant_id;
  bool found = true;
  std::string cloud = "global";
  std::string hosts;  // empty: the cloud's own
  Scope region_scope;
  Scope sub_scope;
  FaultInForce fault;
  std::uint64_t requests = 0;
};

// Discovery requests only: what the control API is asked isn't counted.
struct Stats {
  std::uint64_t requests = 0;
  std::uint64_t connections = 0;
  std::map<int, std::uint64_t> statuses;  // 0: no answer was sent (hang, reset)
};

class Authority {
 public:
  // Told of each change that came into force, be it of the timeline or by hand; nullptr: the fault
  // for every tenant changed.
  using OnChange = std::function<void(const Tenant*)>;

  Authority(const Scenario& scenario, WallTime started, OnChange on_change = {});

  Reply answer(const Request& request, Duration now);

  // Lets the timeline catch up with `now`.
  void advance(Duration now);

  // The tenant of this name or tenant_id; created where it is unknown. REQUIRES:
  // !refuse_tenant_name(name).
  const Tenant& change(std::string_view name, const Patch& patch, Duration now);
  void change_fault(const Fault& fault, Duration now);

  const std::vector<Tenant>& tenants() const { return tenants_; }
  const Tenant* find(std::string_view name) const;  // by its name, or its tenant_id
  const FaultInForce& fault() const { return fault_; }
  const Stats& stats() const { return stats_; }

 private:
  struct TimedStep {
    Step step;
    std::string tenant;  // empty: every tenant
  };

  Reply discovery(Form form, const std::string& asked, Duration now);
  Reply document(Form form, const std::string& asked, const Tenant* tenant, bool of_wrong_tenant,
                 WallTime wall) const;
  void apply(std::string_view name, const Patch& patch, Duration since);
  std::size_t index_of(std::string_view name) const;

  WallTime started_;
  Duration latency_;
  OnChange on_change_;
  std::vector<Tenant> tenants_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
  std::map<Guid, std::size_t> by_id_;  // where several tenants have one GUID, the first
  std::vector<TimedStep> steps_;       // in the order of their times
  std::size_t next_step_ = 0;
  FaultInForce fault_;
  Stats stats_;
};

}  // namespace tenantscope::simulator
