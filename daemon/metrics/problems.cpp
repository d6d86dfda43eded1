#include "metrics/problems.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace tenantscope {
namespace {

// An event waits for its sink as long before its delivery counts as stuck, as the alert has it.
constexpr double stuck_after = 15 * 60;

// How often an authority may be asked now.
constexpr std::string_view rate_family = "tenantscope_authority_requests_per_second";

std::string in_digits(double value) { return fmt::format("{}", value); }
std::string as_time(double value) {
  return rfc3339(WallTime(Duration(std::int64_t(value * 1000))));
}

struct Sign {
  std::string_view family;
  bool (*bad)(double value, double now);
  std::string_view part;
  std::string_view text;  // with the value in it, where it has a place for it
  std::string (*shown)(double value) = in_digits;
};

bool is_zero(double value, double) { return value == 0; }
bool is_some(double value, double) { return value > 0; }
bool is_old(double value, double now) { return now - value > stuck_after; }

constexpr std::array signs{
    Sign{"tenantscope_authority_up", is_zero, "authority",
         "can't be reached: what is shown of its tenants is what was known before"},
    Sign{"tenantscope_config_last_reload_successful", is_zero, "configuration",
         "what was read last was refused, in whole or in part: the last good one is in force"},
    Sign{"tenantscope_events_dropped_total", is_some, "sink",
         "{} events were dropped before it took them"},
    Sign{"tenantscope_event_outbox_oldest_timestamp_seconds", is_old, "sink",
         "its oldest event waits since {}", as_time},
    Sign{"tenantscope_log_lines_dropped_total", is_some, "log",
         "{} lines were dropped, as nobody read them in time"},
    Sign{"tenantscope_storage_damaged_rows_total", is_some, "storage",
         "{} stored rows were found damaged"},
    Sign{"tenantscope_storage_up", is_zero, "storage",
         "can't be written: no change is shown or told before it can"},
};

double value_of(const prometheus::MetricFamily& family, const prometheus::ClientMetric& metric) {
  return family.type == prometheus::MetricType::Counter ? metric.counter.value : metric.gauge.value;
}

std::string_view label_of(const prometheus::ClientMetric& metric, std::string_view name) {
  const auto label = std::ranges::find(metric.label, name, &prometheus::ClientMetric::Label::name);
  return label == metric.label.end() ? std::string_view() : std::string_view(label->value);
}

// Calls `tell` with each of a family's metrics about this sink that isn't 0.
void for_each_of(const std::vector<prometheus::MetricFamily>& families, std::string_view family,
                 std::string_view sink, auto tell) {
  const auto found = std::ranges::find(families, family, &prometheus::MetricFamily::name);
  if (found == families.end())
    return;
  for (const prometheus::ClientMetric& metric : found->metric)
    if (const double value = value_of(*found, metric);
        value > 0 && label_of(metric, "sink") == sink)
      tell(metric, value);
}

// How many events wait for a sink that is stuck, and how its deliveries have failed.
std::string more_of_stuck(const std::vector<prometheus::MetricFamily>& families,
                          std::string_view sink) {
  std::string more;
  for_each_of(families, "tenantscope_event_outbox_events", sink,
              [&](const auto&, double value) { more += fmt::format(", {} in all", value); });
  std::string reasons;
  for_each_of(families, "tenantscope_event_delivery_failures_total", sink,
              [&](const prometheus::ClientMetric& metric, double value) {
                reasons += fmt::format("{}{} {} times", reasons.empty() ? "" : ", ",
                                       label_of(metric, "reason"), value);
              });
  return reasons.empty() ? more : fmt::format("{}; its deliveries failed: {}", more, reasons);
}

// One that is out of reach is told of as that.
void add_slowed(std::vector<Problem>& problems, const prometheus::MetricFamily& rates,
                const Ceilings& ceilings) {
  for (const prometheus::ClientMetric& metric : rates.metric) {
    const std::string& cloud = metric.label.front().value;
    const auto ceiling = ceilings.find(cloud);
    const bool told = std::ranges::any_of(problems, [&](const Problem& problem) {
      return problem.part == "authority" && problem.name == cloud;
    });
    const double rate = metric.gauge.value;  // 0: it wasn't asked yet
    if (ceiling != ceilings.end() && rate > 0 && rate < 0.99 * ceiling->second && !told)
      problems.push_back(
          {.part = "authority",
           .name = cloud,
           .text = fmt::format("asks to be asked less, or was out of reach: {:.3g} of {:.3g} "
                               "requests a second, rising while it answers",
                               rate, ceiling->second)});
  }
}

}  // namespace

std::vector<Problem> problems_in(const std::vector<prometheus::MetricFamily>& families,
                                 WallTime now, const Ceilings& ceilings) {
  std::vector<Problem> problems;
  for (const prometheus::MetricFamily& family : families) {
    const auto* const sign = std::ranges::find(signs, family.name, &Sign::family);
    if (sign == signs.end())
      continue;
    for (const prometheus::ClientMetric& metric : family.metric)
      if (const double value = value_of(family, metric); sign->bad(value, unix_seconds(now))) {
        Problem problem{.part = sign->part,
                        .name = metric.label.empty() ? "" : metric.label.front().value,
                        .text = fmt::format(fmt::runtime(sign->text), sign->shown(value))};
        if (sign->bad == is_old)
          problem.text += more_of_stuck(families, problem.name);
        problems.push_back(std::move(problem));
      }
  }
  const auto rates = std::ranges::find(families, rate_family, &prometheus::MetricFamily::name);
  if (rates != families.end())
    add_slowed(problems, *rates, ceilings);
  return problems;
}

}  // namespace tenantscope
