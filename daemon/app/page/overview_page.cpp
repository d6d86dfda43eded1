#include "app/page/overview_page.hpp"

#include <algorithm>
#include <limits>
#include <mutex>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/api/answer.hpp"
#include "app/api/table_blocks.hpp"
#include "app/page/page_events.hpp"
#include "base/text/quotation.hpp"
#include "config/tenant_reference.hpp"
#include "formats/page/overview.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t most_pairs = 20;  // of a tenant's change, so that ten changes fit

[[noreturn]] void refuse_value(std::string_view parameter, const auto& known,
                               std::string_view value) {
  std::vector<std::string_view> names;
  names.reserve(std::size(known));
  for (const auto one : known)
    names.push_back(to_string(one));
  throw RefusedRequest{
      400, fmt::format("`{}` is none of {}: {}", parameter, fmt::join(names, ", "), quote(value))};
}

OverviewOrder order_of(const WebRequest& request) {
  const std::string_view written = request.parameter("sort").value_or("");
  if (written.empty())
    return {};
  const auto order = parse_overview_order(written);
  if (!order)
    refuse_value("sort", overview_columns, written);
  return *order;
}

std::string state_of(const WebRequest& request) {
  const std::string_view written = request.parameter("state").value_or("");
  if (!written.empty() && written != look_filter &&
      std::ranges::find(tenant_marks, written, [](TenantMark mark) { return to_string(mark); }) ==
          tenant_marks.end())
    refuse_value("state", tenant_marks, written);
  return std::string(written);
}

std::optional<Environment> environment_in(const WebRequest& request) {
  const std::string_view written = request.parameter("environment").value_or("");
  if (written.empty())
    return std::nullopt;
  const auto* const environment =
      std::ranges::find(environments, written, [](Environment one) { return to_string(one); });
  if (environment == environments.end())
    refuse_value("environment", environments, written);
  return *environment;
}

OverviewQuery query_of(const WebRequest& request, const PageFrame& frame) {
  OverviewQuery query{.order = order_of(request),
                      .state = state_of(request),
                      .environment = environment_in(request)};
  query.cloud = request.parameter("cloud").value_or("");
  const std::string_view label = request.parameter("label").value_or("");
  const auto colon = label.find(':');
  query.label_name = label.substr(0, colon);
  if (colon != label.npos)
    query.label_value = label.substr(colon + 1);
  query.name = name_needle(request.parameter("q").value_or(""));
  query.offset =
      number_parameter<std::size_t>(request, "offset", 0, std::numeric_limits<int>::max());
  query.refresh = frame.refresh;
  return query;
}

// REQUIRES: the table's mutex is held.
std::vector<TenantLine> lines_of(const Table& table, const std::vector<std::uint32_t>& numbers,
                                 WallTime now) {
  std::vector<TenantLine> lines;
  lines.reserve(numbers.size());
  for (const std::uint32_t number : numbers)
    lines.push_back(tenant_line(table.watches[number], table.rules, now));
  return lines;
}

// All of it but the events. The table's mutex is held for a block of tenants at a time.
Overview overview_of(const Table& table, const OverviewQuery& query, const PageFrame& frame) {
  Overview overview{.query = query};
  OverviewChoice choice(overview.query, frame.rules, frame.now);
  for_each_watched(table,
                   [&](std::uint32_t number, const Watch& watch) { choice.offer(number, watch); });
  overview.counts = choice.counts();
  overview.matching = choice.matching();
  const std::vector<std::uint32_t> shown = choice.shown();
  const std::vector<std::uint32_t> looks = choice.looks();
  const std::lock_guard lock(table.mutex);
  overview.lines = lines_of(table, shown, frame.now);
  overview.looks = lines_of(table, looks, frame.now);
  return overview;
}

}  // namespace

boost::asio::awaitable<WebResponse> show_overview(PageSources sources, JournalReader& journal,
                                                  WebRequest request) {
  PageFrame frame = begin_page(sources, request);
  Overview overview = overview_of(sources.table, query_of(request, frame), frame);
  std::optional<TenantKey> all;
  auto events = co_await newest_events(sources.table, journal, std::move(all),
                                       std::numeric_limits<std::uint64_t>::max(),
                                       overview_events * (1 + most_pairs));
  if (events)
    overview.events = with_their_pairs(std::move(*events), overview_events);
  co_return page_answer(overview_html(overview, std::move(frame)));
}

}  // namespace tenantscope
