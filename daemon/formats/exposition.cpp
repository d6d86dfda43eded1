#include "formats/exposition.hpp"

#include "base/text/accept.hpp"
#include "formats/tenant_labels.hpp"

namespace tenantscope {
namespace {

// name="value" pairs, in the order they are added.
class LabelText {
 public:
  LabelText& add(std::string_view name, std::string_view value) {
    if (!text_.text().empty())
      text_.raw(",");
    text_.named_label(name, value);
    return *this;
  }
  std::string_view text() const { return text_.text(); }

 private:
  MetricText text_;
};

// A histogram's bound: OpenMetrics wants floats to look like floats.
std::string bound(double value, ExpositionFormat format) {
  MetricText written;
  std::string text(written.number(value).text());
  const bool whole = text.find_first_not_of("0123456789-") == std::string::npos;
  return whole && format == ExpositionFormat::openmetrics ? text + ".0" : text;
}

}  // namespace

std::string_view content_type(ExpositionFormat format) {
  return format == ExpositionFormat::openmetrics
             ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
             : "text/plain; version=0.0.4; charset=utf-8";
}

ExpositionFormat negotiate(std::string_view accept) {
  const Acceptance text = acceptance(accept, {.type = "text/plain", .version = "0.0.4"});
  const Acceptance openmetrics =
      acceptance(accept, {.type = "application/openmetrics-text", .version = "1.0.0"});
  const bool wanted =
      openmetrics.quality > 0 && (openmetrics.quality > text.quality ||
                                  (openmetrics.quality == text.quality && openmetrics.named));
  return wanted ? ExpositionFormat::openmetrics : ExpositionFormat::text;
}

void Exposition::family(std::string_view name, std::string_view type, std::string_view help) {
  // In OpenMetrics a counter's family has its name without `_total`.
  if (format_ == ExpositionFormat::openmetrics && type == "counter")
    name.remove_suffix(std::string_view("_total").size());
  out_.raw("# HELP ").raw(name).raw(" ").escaped(help, format_ == ExpositionFormat::openmetrics);
  out_.raw("\n# TYPE ").raw(name).raw(" ").raw(type).raw("\n");
}

void Exposition::sample(std::string_view name, std::string_view labels, double value) {
  out_.raw(name);
  if (!labels.empty())
    out_.raw("{").raw(labels).raw("}");
  out_.raw(" ").number(value).raw("\n");
}

void Exposition::probe(const Watch& seen, RuleSet rules) {
  family("probe_success", "gauge", "1: the probe gave a valid answer; \"no such tenant\" is one.");
  sample("probe_success", "", !seen.status.failure);
  family("probe_duration_seconds", "gauge", "How long the probe took.");
  sample("probe_duration_seconds", "", seen.status.duration.count());
  MetricText labels;
  write_labels(labels, seen.settings->key);
  for (const TenantFamily& family : tenant_families()) {
    if (!family.of_probe)
      continue;
    begin(family);
    tenant(family, {.watch = seen, .labels = labels.text(), .rules = rules});
  }
}

void Exposition::begin_pairs() {
  family("tenantscope_collaboration_capability", "gauge",
         "1 for what holds of the declared pair, 0 for the others: whether the host can invite the "
         "guest.");
}

void Exposition::pair(const PairRow& pair) {
  LabelText labels;
  labels.add("collaboration", pair.collaboration)
      .add("host_tenant", pair.host)
      .add("guest_tenant", pair.guest);
  for (const PairCapability state : pair_capabilities) {
    out_.raw("tenantscope_collaboration_capability{")
        .raw(labels.text())
        .raw(",state=\"")
        .raw(to_string(state))
        .raw("\"} ");
    out_.number(state == pair.capability).raw("\n");
  }
}

void Exposition::capability_tenants(const CapabilityCounts& counts) {
  constexpr std::string_view name = "tenantscope_capability_tenants";
  family(name, "gauge", "Tenants that are watched, by their B2B capability.");
  for (std::size_t i = 0; i < counts.size(); ++i) {
    LabelText labels;
    labels.add("state", to_string(b2b_states[i]));
    sample(name, labels.text(), double(counts[i]));
  }
}

void Exposition::instruments(const std::vector<prometheus::MetricFamily>& families) {
  for (const auto& metrics : families) {
    if (metrics.metric.empty())
      continue;
    const bool histogram = metrics.type == prometheus::MetricType::Histogram;
    const bool counter = metrics.type == prometheus::MetricType::Counter;
    family(metrics.name, histogram ? "histogram" : counter ? "counter" : "gauge", metrics.help);
    for (const auto& metric : metrics.metric) {
      LabelText labels;
      for (const auto& label : metric.label)
        labels.add(label.name, label.value);
      if (!histogram) {
        sample(metrics.name, labels.text(), counter ? metric.counter.value : metric.gauge.value);
        continue;
      }
      for (const auto& bucket : metric.histogram.bucket) {
        const std::string prefix(labels.text().empty() ? "" : std::string(labels.text()) + ",");
        sample(metrics.name + "_bucket",
               prefix + "le=\"" + bound(bucket.upper_bound, format_) + "\"",
               double(bucket.cumulative_count));
      }
      sample(metrics.name + "_sum", labels.text(), metric.histogram.sample_sum);
      sample(metrics.name + "_count", labels.text(), double(metric.histogram.sample_count));
    }
  }
}

void Exposition::process(const ProcessStats& stats) {
  const auto one = [&](std::string_view name, std::string_view type, std::string_view help,
                       std::optional<double> value) {
    if (!value)
      return;
    family(name, type, help);
    sample(name, "", *value);
  };
  one("process_cpu_seconds_total", "counter", "User and system CPU time spent, in seconds.",
      stats.cpu_seconds);
  one("process_max_fds", "gauge", "How many file descriptors may be open.", stats.max_fds);
  one("process_open_fds", "gauge", "How many file descriptors are open.", stats.open_fds);
  one("process_resident_memory_bytes", "gauge", "Resident memory, in bytes.",
      stats.resident_memory_bytes);
  one("process_start_time_seconds", "gauge",
      "When the process started, in seconds since the epoch.", stats.start_time_seconds);
  one("process_virtual_memory_bytes", "gauge", "Virtual memory, in bytes.",
      stats.virtual_memory_bytes);
}

void Exposition::finish() {
  if (format_ == ExpositionFormat::openmetrics)
    out_.raw("# EOF\n");
}

}  // namespace tenantscope
