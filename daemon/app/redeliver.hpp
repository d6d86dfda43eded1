// Puts events of the journal into a sink's outbox again. On the loop's thread.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "app/ledger_thread.hpp"
#include "app/operations.hpp"
#include "app/table.hpp"
#include "domain/settings.hpp"

namespace tenantscope {

// How many events weren't there already. The sink's match holds, with the tenants' present labels,
// unless an event is named by its id.
boost::asio::awaitable<Result<std::uint64_t>> redeliver(LedgerThread& ledger, const Table& table,
                                                        SinkSettings sink, Redelivery asked);

}  // namespace tenantscope
