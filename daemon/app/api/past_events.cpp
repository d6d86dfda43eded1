#include "app/api/past_events.hpp"

#include <algorithm>
#include <mutex>
#include <string_view>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "app/api/answer.hpp"
#include "app/api/tenant_choice.hpp"
#include "base/clock.hpp"
#include "formats/json_members.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t block = 500;  // events that are read at once
constexpr Duration day = std::chrono::hours(24);

std::string_view given(const WebRequest& request, std::string_view name) {
  return request.parameter(name).value_or("");
}

// The words of a list with commas, each by `find`, or 400.
template <class Find>
auto listed(std::string_view list, std::string_view name, Find find) {
  std::vector<typename decltype(find(list))::value_type> found;
  while (!list.empty()) {
    const std::string_view word = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), word.size() + 1));
    const auto one = find(word);
    if (!one)
      throw RefusedRequest{400, fmt::format("`{}` has an unknown word: `{}`", name, word)};
    found.push_back(*one);
  }
  return found;
}

std::optional<EventKind> kind_named(std::string_view word) {
  const auto kind = std::ranges::find_if(
      event_kinds, [&](EventKind one) { return to_string(one) == word || type_of(one) == word; });
  return kind == event_kinds.end() ? std::nullopt : std::optional(*kind);
}

std::optional<Severity> severity_named(std::string_view word) {
  const auto severity =
      std::ranges::find(severities, word, [](Severity one) { return to_string(one); });
  return severity == severities.end() ? std::nullopt : std::optional(*severity);
}

// `to_its_end`: a day stands for its last moment.
std::optional<WallTime> moment(const WebRequest& request, std::string_view name, WallTime now,
                               bool to_its_end) {
  const std::string_view text = given(request, name);
  if (text.empty())
    return std::nullopt;
  if (const auto ago = parse_duration(text))
    return now - *ago;
  if (const auto time = parse_rfc3339(text))
    return time;
  const auto midnight = parse_rfc3339(fmt::format("{}T00:00:00Z", text));
  if (!midnight)
    throw RefusedRequest{400, fmt::format("`{}` is neither a day such as 2026-11-23, nor a time "
                                          "such as 2026-11-23T10:00:00Z, nor a duration such as "
                                          "7d: `{}`",
                                          name, text)};
  return to_its_end ? *midnight + day - Duration(1) : *midnight;
}

Severity severity_of(const JournalEntry& entry) {
  boost::system::error_code broken;
  const boost::json::value event = boost::json::parse(entry.event, broken);
  const std::string_view word = text_at(object_at(object_of(&event), "data"), "severity");
  return severity_named(word).value_or(Severity::info);
}

bool wanted(const JournalEntry& entry, const EventFilter& filter) {
  const auto passes = [](const auto& list, auto value) {
    return list.empty() || std::ranges::find(list, value) != list.end();
  };
  return !(filter.since && entry.time < *filter.since) &&
         !(filter.until && entry.time > *filter.until) && passes(filter.types, entry.kind) &&
         (filter.severities.empty() || passes(filter.severities, severity_of(entry)));
}

// Events of one commit needn't be in the order of their times: a whole block of older ones is the
// end.
bool all_before(const std::vector<JournalEntry>& entries, const std::optional<WallTime>& since) {
  return since && std::ranges::all_of(
                      entries, [&](const JournalEntry& entry) { return entry.time < *since; });
}

}  // namespace

EventFilter event_filter(const Table& table, const WebRequest& request, WallTime now) {
  EventFilter filter{.types = listed(given(request, "type"), "type", kind_named),
                     .severities = listed(given(request, "severity"), "severity", severity_named),
                     .since = moment(request, "since", now, false),
                     .until = moment(request, "until", now, true)};
  if (const std::string_view tenant = given(request, "tenant"); !tenant.empty()) {
    const std::lock_guard lock(table.mutex);
    filter.tenant = choose_tenant(table, tenant, given(request, "cloud")).key;
  }
  return filter;
}

Result<PastEvents> past_events(const Table& table, Journal& journal, const EventFilter& filter,
                               std::uint64_t before, std::size_t limit, SteadyTime deadline) {
  {
    const std::lock_guard lock(table.mutex);
    before = std::min(before, table.last_event + 1);
  }
  if (filter.until) {
    const Result<std::uint64_t> newest = journal.newest_until(*filter.until);
    if (!newest)
      return newest.error();
    before = std::min(before, *newest + 1);
  }

  PastEvents past;
  std::size_t looked_at = 0;
  for (;;) {
    Result<std::vector<JournalEntry>> entries = journal.newest(filter.tenant, before, block);
    if (!entries)
      return entries.error();
    const bool end = entries->size() < block || all_before(*entries, filter.since);
    for (JournalEntry& entry : *entries) {
      if (past.events.size() == limit)
        return PastEvents{std::move(past.events), before};
      before = entry.sequence;
      if (wanted(entry, filter))
        past.events.push_back(std::move(entry));
    }
    looked_at += entries->size();
    if (end)
      return past;
    if (looked_at >= most_looked_at || steady_now() >= deadline)
      return PastEvents{std::move(past.events), before};
  }
}

}  // namespace tenantscope
