#include "formats/page/overview_query.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text/html.hpp"

namespace tenantscope {
namespace {

bool passes(const OverviewQuery& query, TenantMarks marks) {
  if (query.state.empty())
    return true;
  if (query.state == look_filter)
    return marks.needs_look();
  return std::ranges::any_of(tenant_marks, [&](TenantMark mark) {
    return to_string(mark) == query.state && marks.has(mark);
  });
}

bool is_labelled(const OverviewQuery& query, const Labels& labels) {
  if (query.label_name.empty())
    return true;
  const auto label = labels.find(query.label_name);
  return label != labels.end() && (query.label_value.empty() || label->second == query.label_value);
}

void add(std::string& address, std::string_view key, std::string_view value) {
  if (!value.empty())
    address += fmt::format("{}{}={}", address.empty() ? '?' : '&', key, percent_encoded(value));
}

}  // namespace

std::string_view to_string(OverviewColumn column) {
  constexpr std::array<std::string_view, overview_columns.size()> names{
      "name", "environment", "b2b", "scope", "change", "answer", "condition"};
  return names[std::size_t(column)];
}

std::optional<OverviewOrder> parse_overview_order(std::string_view text) {
  const bool reversed = text.starts_with('-');
  for (const OverviewColumn column : overview_columns)
    if (to_string(column) == text.substr(reversed ? 1 : 0))
      return OverviewOrder{column, reversed};
  return std::nullopt;
}

std::string to_string(OverviewOrder order) {
  return fmt::format("{}{}", order.reversed ? "-" : "", to_string(order.column));
}

bool OverviewQuery::chooses() const {
  return !state.empty() || environment || !cloud.empty() || !label_name.empty() || !name.empty();
}

std::string OverviewQuery::label() const {
  return label_value.empty() ? label_name : fmt::format("{}:{}", label_name, label_value);
}

bool fits(const OverviewQuery& query, const Watch& watch, TenantMarks marks,
          Environment environment) {
  const TenantSettings& settings = *watch.settings;
  return passes(query, marks) && (!query.environment || query.environment == environment) &&
         (query.cloud.empty() || settings.key.asked == query.cloud) &&
         is_labelled(query, settings.labels) &&
         settings.key.name.find(query.name) != std::string::npos;
}

std::string overview_address(const OverviewQuery& query) {
  std::string address;
  if (query.order != OverviewOrder())
    add(address, "sort", to_string(query.order));
  add(address, "state", query.state);
  add(address, "environment", query.environment ? to_string(*query.environment) : "");
  add(address, "cloud", query.cloud);
  add(address, "label", query.label());
  add(address, "q", query.name);
  add(address, "offset", query.offset > 0 ? std::to_string(query.offset) : "");
  add(address, "refresh", query.refresh ? std::to_string(*query.refresh) : "");
  return address.empty() ? "./" : address;
}

}  // namespace tenantscope
