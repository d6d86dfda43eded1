// /events.atom: the newest events for feed readers. Throws RefusedRequest.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "app/store/journal_reader.hpp"
#include "app/table.hpp"
#include "base/guid.hpp"
#include "web/server.hpp"

namespace tenantscope {

// The newest events that fit an event_filter(). 304 where If-None-Match says that the client has
// them. 503 where the storage doesn't answer. `ledger`: the journal's;
// `external_url` as in AtomFeed. REQUIRES: table and journal outlive it.
boost::asio::awaitable<WebResponse> show_feed(const Table& table, JournalReader& journal,
                                              Guid ledger, std::string external_url,
                                              WebRequest request);

}  // namespace tenantscope
