// /events.atom: the newest events for feed readers. Throws RefusedRequest.
#pragma once

#include <string>

#include "app/table.hpp"
#include "base/guid.hpp"
#include "storage/ledger.hpp"
#include "web/server.hpp"

namespace tenantscope {

// The newest events that fit an event_filter(). 304 where If-None-Match says that the client has
// them. `ledger`: the journal's; `external_url` as in AtomFeed.
WebResponse show_feed(const Table& table, Journal& journal, const Guid& ledger,
                      const std::string& external_url, const WebRequest& request);

}  // namespace tenantscope
