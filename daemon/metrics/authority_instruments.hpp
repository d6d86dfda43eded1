// What is counted of each authority that is asked. Made at first sight; stays until it isn't among
// those kept. Safe to move from any thread.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "base/request_trace.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace tenantscope {

struct AuthorityInstruments {
  prometheus::Counter& found;
  prometheus::Counter& not_found;
  std::map<ErrorKind, prometheus::Counter*> failures;  // every one of probe_reasons
  prometheus::Histogram& duration_seconds;
  std::map<std::string, prometheus::Histogram*> phases;  // dns connect tls first_byte transfer
  prometheus::Gauge& up;
  prometheus::Counter& throttled;
  prometheus::Gauge& requests_per_second;
  prometheus::Gauge& in_flight_requests;
  prometheus::Counter& connections_opened;
  std::map<std::string, prometheus::Counter*> responses;  // by code, as they come
  prometheus::Gauge* certificate_expiry = nullptr;        // once one was served

  // The phases that an answer went through.
  void observe(const RequestTrace& trace);
};

// How many connections are open: the key is the authority and the TLS version.
using ConnectionCounts = std::map<std::pair<std::string, std::string>, std::size_t>;

class Authorities {
 public:
  // Beyond so many statuses of one authority, those that come are counted together.
  static constexpr std::size_t most_codes = 20;

  // REQUIRES: `registry` outlives it.
  explicit Authorities(prometheus::Registry& registry);
  ~Authorities();

  AuthorityInstruments& of(const std::string& asked);
  void keep(const std::set<std::string>& asked);
  // An answer has come with this HTTP status.
  void answered(const std::string& asked, int status, const RequestTrace& trace);

  // REQUIRES: `counts` may be called as long as this lives.
  void show_connections(std::function<ConnectionCounts()> counts);
  // How many of them are open; of each authority that is kept, 0 too.
  prometheus::MetricFamily connections() const;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace tenantscope
