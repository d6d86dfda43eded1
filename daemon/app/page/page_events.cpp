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

boost::asio::awaitable<Result<std::vector<PageEvent>>> newest_events(
    const Table& table, JournalReader& journal, std::optional<TenantKey> tenant,
    std::uint64_t before, std::size_t limit) {
  auto read = [&table, tenant, before, limit](Journal& from) {
    return from.newest(tenant, std::min(before, end_of_shown(table)), limit);
  };
  const Result<std::vector<JournalEntry>> entries = co_await journal.read(std::move(read));
  if (!entries)
    co_return entries.error();
  std::vector<PageEvent> events;
  events.reserve(entries->size());
  for (const JournalEntry& entry : *entries)
    events.push_back(page_event(entry.sequence, entry.kind, entry.tenant, entry.time, entry.event));
  co_return events;
}

}  // namespace tenantscope
