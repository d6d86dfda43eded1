#include "app/api/events.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "app/api/answer.hpp"
#include "base/clock.hpp"
#include "base/text/visible.hpp"
#include "web/seat.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t most_events = 1000;
constexpr std::size_t default_events = 100;
constexpr Duration longest_wait = std::chrono::minutes(5);

Duration wait_parameter(const WebRequest& request) {
  const auto text = request.parameter("wait");
  if (!text)
    return Duration::zero();
  const auto wait = parse_duration(*text);
  if (!wait)
    throw RefusedRequest{400, fmt::format("`wait` is not a duration such as 30s: `{}`", *text)};
  return std::min(*wait, longest_wait);
}

std::vector<JournalEntry> read_shown(const Table& table, Journal& journal, std::uint64_t after,
                                     std::size_t limit) {
  std::vector<JournalEntry> entries = value_of(journal.read(after, limit));
  const std::lock_guard lock(table.mutex);
  std::erase_if(entries,
                [&](const JournalEntry& entry) { return entry.sequence > table.last_event; });
  return entries;
}

// What becomes true when the poll shall be answered as it is.
std::shared_ptr<const bool> begin_poll(JournalBell& bell, Seat* seat) {
  auto dismissed = std::make_shared<bool>(false);
  auto answer_early = [dismissed, &bell] {
    *dismissed = true;
    bell.wake(dismissed.get());
  };
  if (seat && !seat->begin_poll(steady_now(), std::move(answer_early)))
    throw RefusedRequest{503, "too many long polls are waiting", true};
  return dismissed;
}

}  // namespace

boost::asio::awaitable<WebResponse> list_events(const Table& table, Journal& journal,
                                                JournalBell& bell, WebRequest request) {
  const auto oldest = value_of(journal.oldest());
  const auto after =
      number_parameter<std::uint64_t>(request, "after", oldest - 1, std::uint64_t(-1) / 2);
  const auto limit = number_parameter(request, "limit", default_events, most_events);
  const SteadyTime until = steady_now() + wait_parameter(request);
  if (after + 1 < oldest)
    throw RefusedRequest{
        410,
        fmt::format("the journal begins at {:020}: older events left it by retention", oldest)};

  std::vector<JournalEntry> entries = read_shown(table, journal, after, limit);
  if (entries.empty() && limit > 0 && steady_now() < until) {
    const std::shared_ptr<const bool> dismissed = begin_poll(bell, request.seat.get());
    while (entries.empty() && !*dismissed && steady_now() < until) {
      co_await bell.wait_until(until, dismissed.get());
      entries = read_shown(table, journal, after, limit);
    }
  }
  // The events are JSON already, final since their commit; those of an older version may want
  // escapes.
  std::string body = R"({"status":"success","data":{"events":[)";
  for (const JournalEntry& entry : entries) {
    if (&entry != &entries.front())
      body += ',';
    body += visible(entry.event);
  }
  fmt::format_to(std::back_inserter(body), R"(],"next":{}}}}})",
                 entries.empty() ? after : entries.back().sequence);
  co_return WebResponse{.content_type = "application/json", .body = body + "\n"};
}

}  // namespace tenantscope
