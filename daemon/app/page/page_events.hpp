// Events of the journal for pages.
#pragma once

#include <optional>
#include <vector>

#include "app/table.hpp"
#include "formats/page/page_event.hpp"
#include "storage/ledger.hpp"

namespace tenantscope {

// Newest first, at most `limit` of those with a smaller sequence than `before`: of a tenant, or of
// all. As elsewhere, none that the table doesn't show yet. Error: the storage can't be read.
Result<std::vector<PageEvent>> newest_events(const Table& table, Journal& journal,
                                             const std::optional<TenantKey>& tenant,
                                             std::uint64_t before, std::size_t limit);

}  // namespace tenantscope
