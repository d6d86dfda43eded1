#include "app/api/events.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <boost/json/object.hpp>

#include "app/api/answer.hpp"
#include "base/clock.hpp"
#include "base/text/visible.hpp"
#include "formats/json.hpp"
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

boost::asio::awaitable<std::vector<JournalEntry>> read_shown(const Table& table,
                                                             JournalReader& journal,
                                                             std::uint64_t after,
                                                             std::size_t limit) {
  auto read = [after, limit](Journal& from) { return from.read(after, limit); };
  const Result<std::vector<JournalEntry>> found = co_await journal.read(std::move(read));
  std::vector<JournalEntry> entries = value_of(found);
  const std::lock_guard lock(table.mutex);
  std::erase_if(entries,
                [&](const JournalEntry& entry) { return entry.sequence > table.last_event; });
  co_return entries;
}

// Which journal it is, where it begins and where it ends.
struct Extent {
  Guid ledger;
  std::uint64_t oldest;
  std::uint64_t last;
};

boost::asio::awaitable<Extent> read_extent(JournalReader& journal, Guid ledger) {
  auto read = [ledger](Journal& from) -> Result<Extent> {
    const Result<std::uint64_t> oldest = from.oldest();
    if (!oldest)
      return oldest.error();
    const Result<std::uint64_t> last = from.last();
    if (!last)
      return last.error();
    return Extent{.ledger = ledger, .oldest = *oldest, .last = *last};
  };
  const Result<Extent> extent = co_await journal.read(std::move(read));
  co_return value_of(extent);
}

// Why nothing comes after `after` as it is meant; empty: it goes on there.
std::string why_gone(const Extent& extent, std::uint64_t after, const WebRequest& request) {
  if (const auto text = request.parameter("journal")) {
    const auto journal = parse_guid(*text);
    if (!journal)
      throw RefusedRequest{400, fmt::format("`journal` is not a UUID: `{}`", *text)};
    if (*journal != extent.ledger)
      return fmt::format(
          "another journal is here now, {}, as where a backup was restored: begin anew at {:020}",
          to_string(extent.ledger), extent.oldest);
  }
  if (after + 1 < extent.oldest)
    return fmt::format("the journal begins at {:020}: older events left it by retention",
                       extent.oldest);
  if (after > extent.last)
    return fmt::format(
        "the journal ends at {:020}, before `after`: it went back, as where a backup was restored, "
        "or is another one: begin anew at {:020}",
        extent.last, extent.oldest);
  return {};
}

WebResponse gone(const std::string& why, const Extent& extent) {
  const boost::json::object answer{{"status", "error"},
                                   {"error", why},
                                   {"oldest", extent.oldest},
                                   {"last", extent.last},
                                   {"journal", to_string(extent.ledger)}};
  return {.status = 410, .content_type = "application/json", .body = json_line(answer) + "\n"};
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

boost::asio::awaitable<WebResponse> list_events(const Table& table, JournalReader& journal,
                                                NameJournal name, JournalBell& bell,
                                                WebRequest request) {
  const Extent extent = co_await read_extent(journal, name());
  const auto after =
      number_parameter<std::uint64_t>(request, "after", extent.oldest - 1, std::uint64_t(-1) / 2);
  const auto limit = number_parameter(request, "limit", default_events, most_events);
  const SteadyTime until = steady_now() + wait_parameter(request);
  if (const std::string why = why_gone(extent, after, request); !why.empty())
    co_return gone(why, extent);

  std::uint64_t rings = bell.rings();
  std::vector<JournalEntry> entries = co_await read_shown(table, journal, after, limit);
  if (entries.empty() && limit > 0 && steady_now() < until) {
    const std::shared_ptr<const bool> dismissed = begin_poll(bell, request.seat.get());
    while (entries.empty() && !*dismissed && steady_now() < until) {
      if (bell.rings() == rings)
        co_await bell.wait_until(until, dismissed.get());
      if (bell.rings() == rings)  // nothing has come: a poll that ends early waits for no journal
        continue;
      rings = bell.rings();
      entries = co_await read_shown(table, journal, after, limit);
    }
  }
  const Guid ledger = name();
  if (ledger != extent.ledger) {  // it went back while somebody waited
    const Extent now = co_await read_extent(journal, ledger);
    if (const std::string why = why_gone(now, after, request); !why.empty())
      co_return gone(why, now);
  }
  // The events are JSON already, final since their commit; those of an older version may want
  // escapes.
  std::string body = R"({"status":"success","data":{"events":[)";
  for (const JournalEntry& entry : entries) {
    if (&entry != &entries.front())
      body += ',';
    body += visible(entry.event);
  }
  fmt::format_to(std::back_inserter(body), R"(],"next":{},"journal":"{}"}}}})",
                 entries.empty() ? after : entries.back().sequence, to_string(ledger));
  co_return WebResponse{.content_type = "application/json", .body = body + "\n"};
}

}  // namespace tenantscope
