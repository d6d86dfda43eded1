#include "view/exposition.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "core/finding.hpp"
#include "view/accept.hpp"

namespace tenantscope {
namespace {

void escape_to(std::string& out, std::string_view text, bool quotes) {
  for (const char c : text) {
    if (c == '\\') out += "\\\\";
    else if (c == '\n') out += "\\n";
    else if (c == '"' && quotes) out += "\\\"";
    else out += c;
  }
}

// name="value" pairs, in the order they are added.
class LabelText {
 public:
  LabelText& add(std::string_view name, std::string_view value) {
    if (!text_.empty()) text_ += ',';
    text_ += name;
    text_ += "=\"";
    escape_to(text_, value, true);
    text_ += '"';
    return *this;
  }
  LabelText& add(const std::string& rendered) {
    if (!text_.empty() && !rendered.empty()) text_ += ',';
    text_ += rendered;
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string labels_of(const TenantKey& key) { return LabelText().add("tenant", key.name).add("asked", key.asked).text(); }

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char buffer[32];
  const auto whole = std::abs(value) < 1e15 && value == std::trunc(value);
  const auto result = whole ? std::to_chars(buffer, buffer + sizeof buffer, std::int64_t(value)) : std::to_chars(buffer, buffer + sizeof buffer, value);
  return {buffer, result.ptr};
}

// A histogram's bound: OpenMetrics wants floats to look like floats.
std::string bound(double value, ExpositionFormat format) {
  std::string text = number(value);
  const bool whole = text.find_first_not_of("0123456789-") == std::string::npos;
  return whole && format == ExpositionFormat::openmetrics ? text + ".0" : text;
}

}  // namespace

std::string_view content_type(ExpositionFormat format) {
  return format == ExpositionFormat::openmetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                                 : "text/plain; version=0.0.4; charset=utf-8";
}

ExpositionFormat negotiate(std::string_view accept) {
  const Acceptance text = acceptance(accept, {.type = "text/plain", .version = "0.0.4"});
  const Acceptance openmetrics = acceptance(accept, {.type = "application/openmetrics-text", .version = "1.0.0"});
  const bool wanted = openmetrics.quality > 0 && (openmetrics.quality > text.quality || (openmetrics.quality == text.quality && openmetrics.named));
  return wanted ? ExpositionFormat::openmetrics : ExpositionFormat::text;
}

void Exposition::family(std::string_view name, std::string_view type, std::string_view help) {
  // In OpenMetrics a counter's family has its name without `_total`.
  if (format_ == ExpositionFormat::openmetrics && type == "counter") name.remove_suffix(std::string_view("_total").size());
  text_.append("# HELP ").append(name).append(" ");
  escape_to(text_, help, format_ == ExpositionFormat::openmetrics);
  text_.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
}

void Exposition::sample(std::string_view name, std::string_view labels, double value) {
  text_ += name;
  if (!labels.empty()) text_.append("{").append(labels).append("}");
  text_.append(" ").append(number(value)).append("\n");
}

void Exposition::tenants(Watches watches, RuleSet rules, WallTime now) {
  findings(watches, rules);
  histories(watches, now);
}

void Exposition::probe(const Watch& seen, RuleSet rules) {
  const bool success = !seen.status.failure;
  family("probe_success", "gauge", "1: the probe gave a valid answer; \"no such tenant\" is one.");
  sample("probe_success", "", success);
  family("probe_duration_seconds", "gauge", "How long the probe took.");
  sample("probe_duration_seconds", "", seen.status.duration.count());
  const std::array one{&seen};
  findings(one, rules);
}

void Exposition::per_tenant(std::string_view name, std::string_view type, std::string_view help, Watches watches,
                            const std::function<std::optional<double>(const Watch&)>& value) {
  family(name, type, help);
  for (const Watch* watch : watches)
    if (const std::optional<double> v = value(*watch)) sample(name, labels_of(watch->settings->key), *v);
}

void Exposition::findings(Watches watches, RuleSet rules) {
  family("tenantscope_tenant_info", "gauge", "1; the cloud and the tenant ID that the document shows, and the configured labels.");
  for (const Watch* watch : watches) {
    if (watch->state.generation == 0) continue;
    LabelText labels;
    labels.add(labels_of(watch->settings->key));
    const auto& known = watch->state.known;
    labels.add("cloud", known ? known->cloud : "").add("tenant_id", known ? to_string(known->tenant_id) : "");
    for (const auto& [label, value] : watch->settings->labels) labels.add(label, value);
    sample("tenantscope_tenant_info", labels.text(), 1);
  }

  family("tenantscope_tenant_region_scope", "gauge", "1; the confirmed tenant_region_scope and tenant_region_sub_scope as the document shows them.");
  for (const Watch* watch : watches)
    if (watch->state.generation > 0 && watch->state.found)
      sample("tenantscope_tenant_region_scope",
             LabelText().add(labels_of(watch->settings->key)).add("scope", watch->state.known->region_scope).add("sub_scope", watch->state.known->sub_scope).text(), 1);

  family("tenantscope_tenant_b2b_capability", "gauge", "1 for the state that holds of B2B collaboration with this tenant, 0 for the others.");
  for (const Watch* watch : watches) {
    const auto confirmed = watch->state.confirmed();
    const B2b now_holds = capability(confirmed ? &*confirmed : nullptr, rules);
    for (const B2b state : b2b_states)
      sample("tenantscope_tenant_b2b_capability", LabelText().add(labels_of(watch->settings->key)).add("state", to_string(state)).text(), state == now_holds);
  }

  per_tenant("tenantscope_tenant_up", "gauge", "1: the last probe gave a valid answer; \"no such tenant\" is one.", watches, [](const Watch& watch) {
    return watch.status.probed ? std::optional<double>(!watch.status.failure) : std::nullopt;
  });
  per_tenant("tenantscope_tenant_found", "gauge", "1: the tenant exists in the cloud that is asked (confirmed); 0: it doesn't.", watches,
             [](const Watch& watch) { return watch.state.generation > 0 ? std::optional<double>(watch.state.found) : std::nullopt; });

  family("tenantscope_tenant_failure_info", "gauge", "1; why the last probe failed. Only while it did.");
  for (const Watch* watch : watches)
    if (watch->status.failure)
      sample("tenantscope_tenant_failure_info", LabelText().add(labels_of(watch->settings->key)).add("reason", to_string(*watch->status.failure)).text(), 1);

  per_tenant("tenantscope_tenant_probe_duration_seconds", "gauge", "How long the last probe took.", watches,
             [](const Watch& watch) { return watch.status.probed ? std::optional(watch.status.duration.count()) : std::nullopt; });

  family("tenantscope_tenant_expectation_met", "gauge", "1: the tenant is as the configuration expects it; 0: it isn't.");
  for (const Watch* watch : watches) {
    const auto expectation = [&](std::string_view name, std::optional<bool> met) {
      if (met) sample("tenantscope_tenant_expectation_met", LabelText().add(labels_of(watch->settings->key)).add("expectation", name).text(), *met);
    };
    const auto confirmed = watch->state.confirmed();
    const Finding* finding = confirmed ? &*confirmed : nullptr;
    expectation("b2b", b2b_met(watch->settings->expect, finding, rules));
    expectation("region_scope", region_scope_met(watch->settings->expect, finding));
  }
}

void Exposition::histories(Watches watches, WallTime now) {
  per_tenant("tenantscope_tenant_last_success_timestamp_seconds", "gauge", "When a probe gave a valid answer last.", watches, [](const Watch& watch) {
    return watch.state.last_success ? std::optional(unix_seconds(*watch.state.last_success)) : std::nullopt;
  });

  family("tenantscope_tenant_last_change_timestamp_seconds", "gauge", "When a change of this field was confirmed last. Only for fields that have changed.");
  for (const Watch* watch : watches)
    for (const Field field : change_fields)
      if (const auto& changed = watch->state.last_change[std::size_t(field)])
        sample("tenantscope_tenant_last_change_timestamp_seconds", LabelText().add(labels_of(watch->settings->key)).add("field", to_string(field)).text(), unix_seconds(*changed));

  per_tenant("tenantscope_tenant_change_pending", "gauge", "1 while a change awaits its confirmation.", watches,
             [](const Watch& watch) { return std::optional<double>(watch.state.pending.has_value()); });
  per_tenant("tenantscope_tenant_stale", "gauge", "1 once nothing was heard of the tenant for longer than `stale_after`.", watches,
             [&](const Watch& watch) { return std::optional<double>(stale(watch, now)); });
  per_tenant("tenantscope_tenant_probe_failures_total", "counter", "Probes that failed.", watches,
             [](const Watch& watch) { return std::optional<double>(double(watch.status.failures)); });
}

void Exposition::pairs(std::span<const PairRow> pairs) {
  family("tenantscope_collaboration_capability", "gauge", "1 for what holds of the declared pair, 0 for the others: whether the host can invite the guest.");
  for (const PairRow& pair : pairs)
    for (const PairCapability state : pair_capabilities)
      sample("tenantscope_collaboration_capability",
             LabelText().add("collaboration", pair.collaboration).add("host", pair.host).add("guest", pair.guest).add("state", to_string(state)).text(),
             state == pair.capability);
}

void Exposition::instruments(const std::vector<prometheus::MetricFamily>& families) {
  for (const auto& metrics : families) {
    if (metrics.metric.empty()) continue;
    const bool histogram = metrics.type == prometheus::MetricType::Histogram;
    const bool counter = metrics.type == prometheus::MetricType::Counter;
    family(metrics.name, histogram ? "histogram" : counter ? "counter" : "gauge", metrics.help);
    for (const auto& metric : metrics.metric) {
      LabelText labels;
      for (const auto& label : metric.label) labels.add(label.name, label.value);
      if (!histogram) {
        sample(metrics.name, labels.text(), counter ? metric.counter.value : metric.gauge.value);
        continue;
      }
      for (const auto& bucket : metric.histogram.bucket)
        sample(metrics.name + "_bucket", LabelText(labels).add("le", bound(bucket.upper_bound, format_)).text(), double(bucket.cumulative_count));
      sample(metrics.name + "_sum", labels.text(), metric.histogram.sample_sum);
      sample(metrics.name + "_count", labels.text(), double(metric.histogram.sample_count));
    }
  }
}

void Exposition::process(const ProcessStats& stats) {
  const auto one = [&](std::string_view name, std::string_view type, std::string_view help, double value) {
    family(name, type, help);
    sample(name, "", value);
  };
  one("process_cpu_seconds_total", "counter", "User and system CPU time spent, in seconds.", stats.cpu_seconds);
  one("process_max_fds", "gauge", "How many file descriptors may be open.", stats.max_fds);
  one("process_open_fds", "gauge", "How many file descriptors are open.", stats.open_fds);
  one("process_resident_memory_bytes", "gauge", "Resident memory, in bytes.", stats.resident_memory_bytes);
  one("process_start_time_seconds", "gauge", "When the process started, in seconds since the epoch.", stats.start_time_seconds);
  one("process_virtual_memory_bytes", "gauge", "Virtual memory, in bytes.", stats.virtual_memory_bytes);
}

std::string Exposition::finish() && {
  if (format_ == ExpositionFormat::openmetrics) text_ += "# EOF\n";
  return std::move(text_);
}

}  // namespace tenantscope
