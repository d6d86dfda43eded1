// The daemon's own instruments: authorities, events, storage, schedule, configuration. Names and
// help texts as in the contract; all counters known in advance start at 0. Kept in a prometheus-cpp
// registry, safe to move from any thread.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "domain/event.hpp"
#include "domain/history.hpp"
#include "metrics/authority_instruments.hpp"
#include "metrics/replica_instruments.hpp"

namespace tenantscope {

struct SinkInstruments {
  prometheus::Counter& deliveries;
  std::map<ErrorKind, prometheus::Counter*> failures;  // every one of delivery_reasons
  prometheus::Gauge& outbox_events;
  prometheus::Counter& dropped;
};

class Instruments {
 public:
  // `before`: of the daemon that this process has been until now.
  explicit Instruments(const LastingCounts& before = {});
  ~Instruments();
  LastingCounts lasting() const;  // for the next one

  Authorities& authorities();
  // Made at first sight; stays until it isn't among those kept.
  SinkInstruments& sink(const std::string& name);
  void keep_sinks(const std::set<std::string>& names);
  // The series is absent while the outbox is empty.
  void set_outbox_oldest(const std::string& sink, std::optional<WallTime> oldest);

  prometheus::Counter& changes(Field field);
  prometheus::Counter& events(EventKind kind);

  prometheus::Gauge& tenants();
  prometheus::Histogram& schedule_lag_seconds();
  prometheus::Gauge& storage_up();
  prometheus::Counter& storage_commits();
  prometheus::Counter& storage_commit_failures();
  prometheus::Counter& storage_commits_in_doubt();
  prometheus::Counter& storage_rewinds();
  prometheus::Counter& storage_calls_refused();
  prometheus::Counter& storage_damaged_rows();
  prometheus::Gauge& config_last_reload_successful();
  prometheus::Gauge& config_last_reload_success_timestamp_seconds();
  prometheus::Counter& config_reload_failures();
  prometheus::Gauge& replica_active();
  // Once, before others ask, where the storage is shared: as ReplicaInstruments.
  void share_storage(bool checked);
  ReplicaInstruments* replica();  // nullptr: it isn't
  prometheus::Gauge& web_exposed();
  // The series is absent where the web server has none.
  void set_web_certificate_expiry(std::optional<WallTime> expiry);
  // `reason`: full, evicted, rate_limit or host.
  prometheus::Counter& web_refused(std::string_view reason);
  // `result`: success, failure or locked.
  prometheus::Counter& web_logins(std::string_view result);
  prometheus::Counter& web_requests(unsigned status);

  // From now on collect() shows how many lines `log` has dropped. REQUIRES: `log` outlives this.
  void show_dropped_lines_of(const Log& log);

  // A copy of everything as it stands, families sorted by name and series by labels.
  std::vector<prometheus::MetricFamily> collect() const;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace tenantscope
