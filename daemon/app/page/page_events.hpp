// Events of the journal for pages.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <vector>

#include "app/store/journal_reader.hpp"
#include "app/table.hpp"
#include "formats/page/page_event.hpp"

namespace tenantscope {

// Newest first, at most `limit` of those with a smaller sequence than `before`: of a tenant, or of
// all. As elsewhere, none that the table doesn't show yet. Error: the storage can't be read.
// REQUIRES: table and journal outlive it.
boost::asio::awaitable<Result<std::vector<PageEvent>>> newest_events(
    const Table& table, JournalReader& journal, std::optional<TenantKey> tenant,
    std::uint64_t before, std::size_t limit);

}  // namespace tenantscope
