#include "app/page/tenant_page.hpp"

#include <algorithm>
#include <limits>
#include <mutex>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/api/answer.hpp"
#include "app/api/table_blocks.hpp"
#include "app/page/page_events.hpp"
#include "app/pairs.hpp"
#include "config/tenant_reference.hpp"
#include "formats/page/missing_page.hpp"
#include "formats/page/near_names.hpp"
#include "formats/page/tenant_page.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t pairs_at_once = 100;

TenantReference reference_of(const WebRequest& request, std::string_view name) {
  if (name.find('/') != name.npos)
    throw RefusedRequest{404, "not found"};
  Result<TenantReference> reference = parse_tenant_reference(name);
  if (!reference)
    throw RefusedRequest{400, reference.error().detail};
  const std::string_view cloud = request.parameter("cloud").value_or("");
  if (reference->cloud && !cloud.empty() && *reference->cloud != cloud)
    throw RefusedRequest{
        400, fmt::format("`{}` says another cloud than `cloud`: `{}`", reference->shown(), cloud)};
  if (!cloud.empty())
    reference->cloud = std::string(cloud);
  return std::move(*reference);
}

// The watches that it may mean, by copy: one for each cloud in which it is asked.
std::vector<Watch> watches_of(const Table& table, const TenantReference& reference) {
  std::vector<Watch> found;
  const std::lock_guard lock(table.mutex);
  for (const std::string& cloud : table.clouds) {
    if (reference.cloud && *reference.cloud != cloud)
      continue;
    const Watch* const watch = table.find({.asked = cloud, .name = reference.name});
    if (watch && watch->watched)
      found.push_back(*watch);
  }
  return found;
}

std::vector<TenantKey> near_to(const Table& table, const std::string& name) {
  NearNames near(name);
  std::vector<TenantKey> block;
  for_each_watched(
      table, [&](std::uint32_t, const Watch& watch) { block.push_back(watch.settings->key); },
      [&] {
        for (const TenantKey& tenant : block)
          near.offer(tenant);
        block.clear();
      });
  return near.found();
}

WebResponse show_missing(const PageSources& sources, PageFrame frame,
                         const TenantReference& reference, const std::vector<Watch>& found) {
  MissingPage missing{.wanted = reference.shown(), .several = !found.empty()};
  for (const Watch& watch : found)
    missing.choices.push_back(watch.settings->key);
  if (found.empty())
    missing.choices = near_to(sources.table, reference.name);
  return page_answer(missing_html(missing, std::move(frame)), found.empty() ? 404 : 400);
}

// Going through the pairs needs no lock, judging some of them does.
void add_pairs(TenantPage& page, const Table& table) {
  std::vector<CollaborationSettings> collaborations;
  {
    const std::lock_guard lock(table.mutex);
    collaborations = table.collaborations;
  }
  std::vector<DeclaredPair> pairs;
  PairWalk walk(collaborations);
  while (const auto pair = walk.next())
    if (pair->has(page.watch.settings->key)) {
      if (pairs.size() < TenantPage::most_pairs)
        pairs.push_back(*pair);
      else
        ++page.more_pairs;
    }
  for (std::size_t from = 0; from < pairs.size(); from += pairs_at_once) {
    const std::lock_guard lock(table.mutex);
    for (std::size_t i = from; i < std::min(pairs.size(), from + pairs_at_once); ++i)
      page.pairs.push_back({.collaboration = pairs[i].collaboration.name,
                            .host = pairs[i].host.shown,
                            .guest = pairs[i].guest_shown(),
                            .capability = capability_of(table, pairs[i]),
                            .address = address_of(pairs[i])});
  }
}

void add_failures(TenantPage& page, const Table& table, bool with_bodies) {
  std::vector<ProbeRecord> probes;
  {
    const std::lock_guard lock(table.mutex);
    probes = table.last_probes.of(page.watch.settings->key);
  }
  for (ProbeRecord& probe : probes)
    if (probe.failure && page.failures.size() < TenantPage::most_failures)
      page.failures.push_back({.time = probe.time,
                               .duration = probe.duration,
                               .reason = std::string(to_string(*probe.failure)),
                               .detail = std::move(probe.failure_detail),
                               .request_id = std::move(probe.request_id),
                               .body = with_bodies ? std::move(probe.body) : std::string()});
}

}  // namespace

boost::asio::awaitable<WebResponse> show_tenant_page(PageSources sources, JournalReader& journal,
                                                     bool anyone, WebRequest request,
                                                     std::string name) {
  PageFrame frame = begin_page(sources, request);
  frame.below_root = true;
  const TenantReference reference = reference_of(request, name);
  std::vector<Watch> found = watches_of(sources.table, reference);
  if (found.size() != 1)
    co_return show_missing(sources, std::move(frame), reference, found);
  TenantPage page{.watch = std::move(found.front())};
  std::optional<TenantKey> tenant = page.watch.settings->key;
  auto events =
      co_await newest_events(sources.table, journal, std::move(tenant),
                             std::numeric_limits<std::uint64_t>::max(), TenantPage::most_events);
  if (events)
    page.events = std::move(*events);
  add_pairs(page, sources.table);
  add_failures(page, sources.table, sees_bodies(request, anyone));
  co_return page_answer(tenant_html(page, std::move(frame)));
}

}  // namespace tenantscope
