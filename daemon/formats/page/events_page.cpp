#include "formats/page/events_page.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

#include <fmt/format.h>

#include "base/text/html.hpp"
#include "formats/page/event_line.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

// What the feed takes of it: all but the part that is shown.
std::string filter_address(const EventsQuery& query) {
  std::string address;
  const auto append = [&](std::string_view key, std::string_view value) {
    if (!value.empty())
      address += fmt::format("{}{}={}", address.empty() ? '?' : '&', key, percent_encoded(value));
  };
  append("tenant", query.tenant);
  append("cloud", query.cloud);
  append("type", query.type);
  append("severity", query.severity);
  append("since", query.since);
  append("until", query.until);
  return address;
}

json::object option(std::string_view value, std::string_view chosen) {
  return {{"value", value}, {"chosen", value == chosen}};
}

// Each of `all`, and what is chosen where that is another, such as a list of several.
template <class List>
json::array options(const List& all, std::string_view chosen) {
  json::array list;
  bool known = chosen.empty();
  for (const auto one : all) {
    list.push_back(option(to_string(one), chosen));
    known = known || to_string(one) == chosen;
  }
  if (!known)
    list.push_back(option(chosen, chosen));
  return list;
}

json::value older_address(const EventsPage& page) {
  if (!page.next)
    return nullptr;
  EventsQuery older = page.query;
  older.before = page.next;
  return json::value(events_address(older));
}

json::value newest_address(const EventsPage& page) {
  if (!page.query.before)
    return nullptr;
  EventsQuery newest = page.query;
  newest.before.reset();
  return json::value(events_address(newest));
}

}  // namespace

bool EventsQuery::chooses() const { return !filter_address(*this).empty(); }

std::string events_address(const EventsQuery& query) {
  const std::string filter = filter_address(query);
  if (!query.before)
    return "events" + filter;
  return fmt::format("events{}{}before={}", filter, filter.empty() ? '?' : '&', *query.before);
}

json::object events_page_fields(const EventsPage& page, WallTime now) {
  const EventsQuery& query = page.query;
  const bool none = page.events && page.events->empty();
  return {{"query", json::object{{"tenant", query.tenant},
                                 {"cloud", query.cloud},
                                 {"since", query.since},
                                 {"until", query.until},
                                 {"chooses", query.chooses()}}},
          {"types", options(event_kinds, query.type)},
          {"severities", options(severities, query.severity)},
          {"journal_fails", !page.events},
          {"events", page.events ? events_fields(*page.events, now) : json::array()},
          {"any", page.events && !none},
          {"none_yet", none && !page.next && !query.chooses() && !query.before},
          {"none_fits", none && !page.next && (query.chooses() || query.before)},
          {"none_so_far", none && page.next.has_value()},
          {"more", page.next || query.before},
          {"older", older_address(page)},
          {"newest", newest_address(page)},
          {"feed", "events.atom" + filter_address(query)}};
}

std::string events_html(const EventsPage& page, PageFrame frame) {
  frame.page = PageTemplate::events;
  frame.title =
      page.query.tenant.empty() ? "Events" : fmt::format("Events of {}", page.query.tenant);
  frame.tone = frame.problems.empty() && page.events ? Tone::good : Tone::bad;
  return page_html(frame, events_page_fields(page, frame.now));
}

}  // namespace tenantscope
