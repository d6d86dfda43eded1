#include "app/page/page_events.hpp"

#include <algorithm>
#include <mutex>

namespace tenantscope {
namespace {

std::uint64_t end_of_shown(const Table& table) {
  const std::lock_guard lock(table.mutex);
  return table.last_event + 1;
}

}  // namespace

Result<std::vector<PageEvent>> newest_events(const Table& table, Journal& journal,
                                             const std::optional<TenantKey>& tenant,
                                             std::uint64_t before, std::size_t limit) {
  const auto entries = journal.newest(tenant, std::min(before, end_of_shown(table)), limit);
  if (!entries)
    return entries.error();
  std::vector<PageEvent> events;
  events.reserve(entries->size());
  for (const JournalEntry& entry : *entries)
    events.push_back(page_event(entry.sequence, entry.kind, entry.tenant, entry.time, entry.event));
  return events;
}

}  // namespace tenantscope
