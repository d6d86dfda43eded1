// /metrics: from the table of tenants, the daemon's instruments and the process to the text format
// 0.0.4 or OpenMetrics 1.0.0. Pure, in a stable order, no timestamps. The names of all series are
// here, in tenant_families.cpp and in instruments.cpp, nowhere else.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <prometheus/metric_family.h>

#include "domain/collaboration.hpp"
#include "domain/watch.hpp"
#include "formats/tenant_families.hpp"

namespace tenantscope {

enum class ExpositionFormat { text, openmetrics };
std::string_view content_type(ExpositionFormat format);

// The format for an Accept header: OpenMetrics where it is wanted more, or as much and by its name;
// else text.
ExpositionFormat negotiate(std::string_view accept);

// Nothing: the system doesn't say.
struct ProcessStats {
  std::optional<double> cpu_seconds = {};
  std::optional<double> start_time_seconds = {};
  std::optional<double> resident_memory_bytes = {};
  std::optional<double> virtual_memory_bytes = {};
  std::optional<double> open_fds = {};
  std::optional<double> max_fds = {};
};

// A declared pair as it is judged now.
struct PairRow {
  std::string collaboration;
  std::string host;
  std::string guest;
  PairCapability capability = PairCapability::unknown;
};

// How many watched tenants are in each state, in the order of b2b_states.
using CapabilityCounts = std::array<std::size_t, b2b_states.size()>;

class Exposition {
 public:
  explicit Exposition(ExpositionFormat format) : format_(format) {}

  // What is written comes into text(), which clear() empties: a large one is taken from there bit
  // by bit.
  std::string_view text() const { return out_.text(); }
  void clear() { out_.clear(); }

  // A family's head, then its tenants, each once.
  void begin(const TenantFamily& family) { this->family(family.name, family.type, family.help); }
  void tenant(const TenantFamily& family, const TenantView& tenant) {
    family.write(out_, family.name, tenant);
  }
  // Likewise.
  void begin_pairs();
  void pair(const PairRow& pair);

  // What one probe saw: of a tenant of which nothing else is known.
  void probe(const Watch& seen, RuleSet rules);
  void capability_tenants(const CapabilityCounts& counts);
  void instruments(const std::vector<prometheus::MetricFamily>& families);
  void process(const ProcessStats& stats);
  void finish();

 private:
  void family(std::string_view name, std::string_view type, std::string_view help);
  void sample(std::string_view name, std::string_view labels, double value);

  ExpositionFormat format_;
  MetricText out_;
};

}  // namespace tenantscope
