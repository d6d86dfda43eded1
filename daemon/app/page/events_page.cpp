#include "app/page/events_page.hpp"

#include <string>
#include <utility>

#include "app/api/answer.hpp"
#include "app/api/past_events.hpp"
#include "base/clock.hpp"
#include "formats/page/events_page.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t page_events_limit = 50;
constexpr Duration page_patience{200};

EventsQuery events_query(const WebRequest& request) {
  const auto text = [&](std::string_view name) {
    return std::string(request.parameter(name).value_or(""));
  };
  EventsQuery query{.tenant = text("tenant"),
                    .cloud = text("cloud"),
                    .type = text("type"),
                    .severity = text("severity"),
                    .since = text("since"),
                    .until = text("until"),
                    .before = {}};
  if (!text("before").empty())
    query.before = number_parameter<std::uint64_t>(request, "before", 0, from_the_end / 2);
  return query;
}

}  // namespace

boost::asio::awaitable<WebResponse> show_events_page(PageSources sources, JournalReader& journal,
                                                     WebRequest request) {
  PageFrame frame = begin_page(sources, request);
  const EventFilter filter = event_filter(sources.table, request, frame.now);
  EventsPage page{.query = events_query(request), .events = {}, .next = {}};
  auto read = [&table = sources.table, filter,
               before = page.query.before.value_or(from_the_end)](Journal& from) {
    return past_events(table, from, filter, before, page_events_limit,
                       steady_now() + page_patience);
  };
  const Result<PastEvents> past = co_await journal.read(std::move(read));
  if (past) {
    page.next = past->next;
    page.events.emplace();
    for (const JournalEntry& entry : past->events)
      page.events->push_back(
          page_event(entry.sequence, entry.kind, entry.tenant, entry.time, entry.event));
  }
  co_return page_answer(events_html(page, std::move(frame)));
}

}  // namespace tenantscope
