#include "app/api/page.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>

#include "app/api/answer.hpp"
#include "app/pairs.hpp"
#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/text/base64.hpp"
#include "config/tenant_reference.hpp"
#include "formats/page.hpp"
#include "system/process.hpp"

namespace tenantscope {
namespace {

std::string content_policy() {
  return fmt::format(
      "default-src 'none'; style-src 'sha256-{}'; form-action 'self'; base-uri 'none'; "
      "frame-ancestors 'none'",
      encode_base64(sha256(page_style())));
}

void choose_tenants(Page& page, const Table& table) {
  for (const Watch* watch : table.watched()) {
    ++page.watched;
    const PageMarks marks = page_marks(*watch, page.rules, page.now);
    bool fits = page.filter.empty();
    for (std::size_t i = 0; i < marks.size(); ++i) {
      page.counts[i] += marks[i];
      if (page_filters[i] == page.filter)
        fits = marks[i];
    }
    if (!fits || watch->settings->key.name.find(page.query) == std::string::npos)
      continue;
    if (page.matching++ >= page.offset && page.tenants.size() < page_length)
      page.tenants.push_back(watch);
  }
}

void choose_pairs(Page& page, const Table& table) {
  for_each_pair(table, [&](const DeclaredPair& pair) {
    ++page.declared_pairs;
    std::string guest = pair.guest_shown();
    if (pair.host.shown.find(page.query) == std::string::npos &&
        guest.find(page.query) == std::string::npos)
      return;
    if (page.matching_pairs++ >= page_length)
      return;
    Explanation explanation = explain(table, pair);
    page.pairs.push_back({pair.collaboration.name, pair.host.shown, std::move(guest),
                          std::move(explanation.verdict), explanation.pair.failure()});
  });
}

}  // namespace

WebResponse show_page(const Table& table, const WebRequest& request) {
  Page page;
  page.query = name_needle(request.parameter("q").value_or(""));
  page.filter = request.parameter("state").value_or("");
  if (!page.filter.empty() && std::ranges::find(page_filters, page.filter) == page_filters.end())
    throw RefusedRequest{400, fmt::format("`state` is none of {}: `{}`",
                                          fmt::join(page_filters, ", "), page.filter)};
  page.offset = number_parameter<std::size_t>(request, "offset", 0, std::size_t(-1) / 2);
  page.now = wall_now();
  if (const auto started = read_process_stats().start_time_seconds)
    page.started = WallTime(Duration(std::int64_t(*started * 1000)));
  WebResponse response{.content_type = "text/html; charset=utf-8"};
  {
    const std::lock_guard lock(table.mutex);
    page.rules = table.rules;
    choose_tenants(page, table);
    choose_pairs(page, table);
    response.body = page_html(page);
  }
  static const std::string policy = content_policy();
  response.headers = {{"Content-Security-Policy", policy},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cache-Control", "no-cache"}};
  return response;
}

}  // namespace tenantscope
