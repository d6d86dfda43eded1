#include "app/api/feed.hpp"

#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/api/answer.hpp"
#include "app/api/past_events.hpp"
#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/text/html.hpp"
#include "formats/atom_feed.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t feed_length = 50;
constexpr Duration feed_patience{200};
constexpr std::string_view feed_parameters[]{"tenant",   "cloud", "type",
                                             "severity", "since", "until"};

// The filters that are given, in one order: two addresses of one feed have one id.
std::string feed_query(const WebRequest& request) {
  std::string query;
  for (const std::string_view name : feed_parameters)
    if (const auto value = request.parameter(name); value && !value->empty())
      query += fmt::format("{}{}={}", query.empty() ? "?" : "&", name, percent_encoded(*value));
  return query;
}

std::string feed_title(const EventFilter& filter, const WebRequest& request) {
  std::string title = filter.tenant ? fmt::format("tenantscope: {}", to_string(*filter.tenant))
                                    : "tenantscope: events";
  for (const std::string_view name : {"type", "severity", "since", "until"})
    if (const auto value = request.parameter(name); value && !value->empty())
      title += fmt::format(", {} {}", name, *value);
  return title;
}

// `If-None-Match: W/"…", "…"` or `*` (RFC 9110, 13.1.2).
bool has_it(const WebRequest& request, std::string_view opaque_tag) {
  const std::string known = list_header(request, "if-none-match");
  return known == "*" || known.find(opaque_tag) != std::string::npos;
}

}  // namespace

boost::asio::awaitable<WebResponse> show_feed(const Table& table, JournalReader& journal,
                                              Guid ledger, std::string external_url,
                                              WebRequest request) {
  const EventFilter filter = event_filter(table, request, wall_now());
  auto read = [&table, filter](Journal& from) {
    return past_events(table, from, filter, from_the_end, feed_length,
                       steady_now() + feed_patience);
  };
  const Result<PastEvents> found = co_await journal.read(std::move(read));
  PastEvents past = value_of(found);
  std::vector<std::string> events;
  for (JournalEntry& entry : past.events)
    events.push_back(std::move(entry.event));
  const std::string query = feed_query(request);
  const AtomFeed feed{.id = query.empty() ? ledger : name_based_guid(ledger, query),
                      .title = feed_title(filter, request),
                      .query = query,
                      .external_url = external_url};

  WebResponse response{.content_type = std::string(atom_content_type),
                       .body = atom_feed(feed, events)};
  const std::string opaque_tag = fmt::format("\"{}\"", sha256_hex(response.body).substr(0, 32));
  response.headers = {{"ETag", "W/" + opaque_tag},
                      {"Cache-Control", "no-cache"},
                      {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"}};
  if (has_it(request, opaque_tag)) {
    response.status = 304;
    response.body.clear();
  }
  co_return response;
}

}  // namespace tenantscope
