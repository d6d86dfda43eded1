#include "formats/page/overview.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

#include <fmt/format.h>

#include "formats/page/event_line.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

struct ColumnHead {
  OverviewColumn column;
  std::string_view title;
};
constexpr ColumnHead heads[]{{OverviewColumn::name, "Tenant"},
                             {OverviewColumn::environment, "Environment"},
                             {OverviewColumn::b2b, "B2B"},
                             {OverviewColumn::scope, "Scope"},
                             {OverviewColumn::change, "Last change"},
                             {OverviewColumn::answer, "Last answer"},
                             {OverviewColumn::condition, "Condition"}};

// How it is shown, without a choice.
OverviewQuery without_choice(const OverviewQuery& query) {
  return {.order = query.order, .state = {}, .environment = {}, .refresh = query.refresh};
}

// The first page of the query, changed by `change`.
std::string address_with(const OverviewQuery& query, auto change) {
  OverviewQuery other = query;
  other.offset = 0;
  change(other);
  return overview_address(other);
}

json::array columns_fields(const OverviewQuery& query) {
  json::array list;
  for (const ColumnHead& head : heads) {
    const bool sorted = head.column == query.order.column;
    const bool reversed = sorted && query.order.reversed;
    list.push_back(
        json::object{{"title", head.title},
                     {"href", address_with(query,
                                           [&](OverviewQuery& other) {
                                             other.order = {head.column, sorted && !reversed};
                                           })},
                     {"ascending", sorted && !reversed},
                     {"descending", reversed}});
  }
  return list;
}

json::object choice_fields(std::string_view value, std::string_view name, std::size_t count,
                           bool chosen, std::string_view href) {
  return {{"value", value}, {"name", name}, {"count", count}, {"chosen", chosen}, {"href", href}};
}

// Each leads to as many as it counts; one that is chosen leads back to all.
json::array states_fields(const Overview& overview) {
  const OverviewQuery& query = overview.query;
  json::array list;
  const auto add_state = [&](std::string_view name, std::string_view words, std::size_t count,
                             Tone tone) {
    const bool chosen = query.state == name;
    json::object one = choice_fields(name, words, count, chosen,
                                     address_with(without_choice(query), [&](OverviewQuery& other) {
                                       other.state = chosen ? "" : name;
                                     }));
    one["tone"] = tone_fields(tone);
    one["counted"] = count > 0 || chosen;
    list.push_back(std::move(one));
  };
  add_state(look_filter, "need a look", overview.counts.looks, Tone::mind);
  for (const TenantMark mark : tenant_marks) {
    const std::string_view name = to_string(mark);
    const bool bad =
        mark == TenantMark::failing || mark == TenantMark::unmet || mark == TenantMark::vanished;
    add_state(name, name, overview.counts.marks[std::size_t(mark)],
              bad ? Tone::bad : tone_of_state(name));
  }
  return list;
}

json::array environments_fields(const Overview& overview) {
  const OverviewQuery& query = overview.query;
  json::array list;
  for (const Environment environment : environments) {
    const std::size_t count = overview.counts.by_environment[std::size_t(environment)];
    const bool chosen = query.environment == environment;
    if (count > 0 || chosen)
      list.push_back(choice_fields(
          to_string(environment),
          environment == Environment::unknown ? "no known environment" : title(environment), count,
          chosen, address_with(without_choice(query), [&](OverviewQuery& other) {
            other.environment = chosen ? std::nullopt : std::optional(environment);
          })));
  }
  return list;
}

json::array clouds_fields(const Overview& overview) {
  json::array list;
  for (const auto& counted : overview.counts.clouds)
    list.push_back(json::object{{"value", counted.first},
                                {"name", counted.first},
                                {"chosen", overview.query.cloud == counted.first}});
  return list;
}

json::array lines_fields(const std::vector<TenantLine>& lines, WallTime now) {
  json::array list;
  for (const TenantLine& line : lines)
    list.push_back(tenant_line_fields(line, now));
  return list;
}

json::value address_at(const OverviewQuery& query, std::size_t offset, bool there) {
  if (!there)
    return nullptr;
  OverviewQuery other = query;
  other.offset = offset;
  return json::value(overview_address(other));
}

json::object paging_fields(const Overview& overview) {
  constexpr std::size_t length = OverviewChoice::page_length;
  const std::size_t offset = overview.query.offset;
  const std::size_t end = offset + overview.lines.size();
  return {
      {"first", offset + 1},
      {"last", end},
      {"of", overview.matching},
      {"parts", overview.matching > length || offset > 0},
      {"previous", address_at(overview.query, offset > length ? offset - length : 0, offset > 0)},
      {"next", address_at(overview.query, end, end < overview.matching && end > offset)}};
}

json::object query_fields(const OverviewQuery& query) {
  return {{"sort", query.order == OverviewOrder() ? "" : to_string(query.order)},
          {"state", query.state},
          {"label", query.label()},
          {"name", query.name},
          {"chooses", query.chooses()}};
}

// The same page, loaded again each half a minute; or not any more.
json::object reload_fields(const OverviewQuery& query) {
  OverviewQuery other = query;
  other.refresh = query.refresh ? std::nullopt : std::optional(30);
  return {{"on", query.refresh.has_value()}, {"href", overview_address(other)}};
}

}  // namespace

std::string overview_title(std::size_t problems, std::size_t looks) {
  std::string title;
  if (problems > 0)
    title = problems == 1 ? "1 problem" : fmt::format("{} problems", problems);
  if (looks > 0)
    title +=
        fmt::format("{}{} need{} a look", title.empty() ? "" : ", ", looks, looks == 1 ? "s" : "");
  return title.empty() ? "all fine" : title;
}

json::object overview_fields(const Overview& overview, WallTime now) {
  const OverviewQuery& query = overview.query;
  const OverviewCounts& counts = overview.counts;
  return {{"watched", counts.watched},
          {"none_watched", counts.watched == 0},
          {"none_fits", counts.watched > 0 && overview.lines.empty()},
          {"states", states_fields(overview)},
          {"environments", environments_fields(overview)},
          {"clouds", clouds_fields(overview)},
          {"several_clouds", counts.clouds.size() > 1},
          {"journal_fails", !overview.events},
          {"events", overview.events ? events_fields(*overview.events, now) : json::array()},
          {"something_happened", overview.events && !overview.events->empty()},
          {"nothing_happened", overview.events && overview.events->empty()},
          {"look_lines", lines_fields(overview.looks, now)},
          {"more_looks", counts.looks > overview.looks.size()
                             ? json::value(counts.looks - overview.looks.size())
                             : nullptr},
          {"looks_href", address_with({}, [](OverviewQuery& other) { other.state = look_filter; })},
          {"columns", columns_fields(query)},
          {"lines", lines_fields(overview.lines, now)},
          {"paging", paging_fields(overview)},
          {"query", query_fields(query)},
          {"reload", reload_fields(query)}};
}

std::string overview_html(const Overview& overview, PageFrame frame) {
  const std::size_t looks = overview.counts.looks;
  frame.title = overview_title(frame.problems.size(), looks);
  frame.tone = !frame.problems.empty() ? Tone::bad : looks > 0 ? Tone::mind : Tone::good;
  const std::size_t told = frame.problems.empty() ? looks : frame.problems.size();
  frame.badge = told > 9 ? "9+" : told > 0 ? std::to_string(told) : "";
  frame.page = PageTemplate::overview;
  frame.refresh = overview.query.refresh;
  return page_html(frame, overview_fields(overview, frame.now));
}

}  // namespace tenantscope
