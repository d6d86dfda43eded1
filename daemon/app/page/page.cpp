#include "app/page/page.hpp"

#include <mutex>
#include <variant>

#include <fmt/format.h>

#include "app/api/answer.hpp"
#include "app/api/table_blocks.hpp"
#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/text/base64.hpp"
#include "metrics/problems.hpp"
#include "system/process.hpp"

namespace tenantscope {
namespace {

// No script, nothing from elsewhere; of images only the icon, which is in the page itself.
std::string content_policy() {
  return fmt::format(
      "default-src 'none'; style-src 'sha256-{}'; img-src data:; form-action 'self'; base-uri "
      "'none'; frame-ancestors 'none'",
      encode_base64(sha256(page_style())));
}

std::optional<int> refresh_of(const WebRequest& request) {
  if (!request.parameter("refresh"))
    return std::nullopt;
  const int seconds = number_parameter(request, "refresh", 0, most_refresh);
  if (seconds < least_refresh)
    throw RefusedRequest{400, fmt::format("`refresh` is not a number of seconds from {} to {}: {}",
                                          least_refresh, most_refresh, seconds)};
  return seconds;
}

void add_stale(PageFrame& frame, const Table& table) {
  std::size_t stale_ones = 0;
  for_each_watched(table, [&](std::uint32_t, const Watch& watch) {
    stale_ones += stale(watch, frame.now) ? 1 : 0;
  });
  if (stale_ones > 0)
    frame.problems.push_back(
        {.part = "tenants",
         .name = {},
         .text = stale_ones == 1
                     ? "one is stale: nothing was heard of it for too long"
                     : fmt::format("{} are stale: nothing was heard of them for too long",
                                   stale_ones)});
}

void add_problems(PageFrame& frame, const PageSources& sources, const Ceilings& ceilings) {
  for (const Problem& problem : problems_in(sources.instruments.collect(), frame.now, ceilings))
    frame.problems.push_back(
        {.part = std::string(problem.part), .name = problem.name, .text = problem.text});
  if (sources.standing_by)
    frame.problems.push_back(
        {.part = "replica",
         .name = {},
         .text = sources.standing_by->standing() +
                 (sources.standing_by->knows ? ", and shows what is stored: active is "
                                             : ", and knows nothing of tenants: active is ") +
                 sources.standing_by->whom()});
  else if (sources.joining)
    frame.problems.push_back(
        {.part = "storage",
         .name = {},
         .text = "can't be opened yet: nothing is known of tenants, and none is asked, before it "
                 "can"});
  if (sources.suspended)
    frame.problems.push_back(
        {.part = "replica",
         .name = {},
         .text = fmt::format("is suspended, and shows nothing of tenants: the storage hasn't "
                             "answered for {}, and another one may be active",
                             to_string(sources.fleet->lease()))});
  for (const std::string& thread : sources.liveness.standing_still())
    frame.problems.push_back({.part = "thread", .name = {}, .text = thread});
  add_stale(frame, sources.table);
}

}  // namespace

PageFrame begin_page(const PageSources& sources, const WebRequest& request) {
  PageFrame frame{.refresh = refresh_of(request), .start = {}, .now = wall_now()};
  if (const auto started = read_process_stats().start_time_seconds)
    frame.start = WallTime(Duration(std::int64_t(*started * 1000)));
  Ceilings ceilings;
  {
    const std::lock_guard lock(sources.table.mutex);
    frame.rules = sources.table.rules;
    ceilings = sources.table.ceilings;
  }
  frame.shared = sources.fleet != nullptr;
  add_problems(frame, sources, ceilings);
  return frame;
}

std::string address_of(const DeclaredPair& pair) {
  const auto* const member = std::get_if<CollaborationMember>(&pair.guest);
  return pair_address(to_string(pair.host.key),
                      member ? to_string(member->key) : pair.guest_shown());
}

WebResponse page_answer(std::string html, unsigned status) {
  static const std::string policy = content_policy();
  return {.status = status,
          .content_type = "text/html; charset=utf-8",
          .body = std::move(html),
          .headers = {{"Content-Security-Policy", policy},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cache-Control", "no-cache"}}};
}

}  // namespace tenantscope
