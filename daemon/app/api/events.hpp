// /api/v1/events: the journal, oldest first, with a long poll. Throws RefusedRequest.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>

#include "app/journal_bell.hpp"
#include "app/store/journal_reader.hpp"
#include "app/table.hpp"
#include "base/guid.hpp"
#include "web/server.hpp"

namespace tenantscope {

// ?after= &limit= &wait= &journal=. 410 where the journal doesn't go on after `after`, or is
// another one: nobody waits for what never comes. An event is listed from when the table shows what
// it tells. Where others need its seat, a long poll is answered early, without events. 503
// where the storage doesn't answer. `name`: which journal it is, which may become another one while
// somebody waits. REQUIRES: table, journal and bell outlive it.
using NameJournal = std::function<Guid()>;
boost::asio::awaitable<WebResponse> list_events(const Table& table, JournalReader& journal,
                                                NameJournal name, JournalBell& bell,
                                                WebRequest request);

}  // namespace tenantscope
