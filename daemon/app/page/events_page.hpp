// /events: the journal as a page. Throws RefusedRequest.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "app/page/page.hpp"
#include "app/store/journal_reader.hpp"

namespace tenantscope {

// The parameters of an event_filter(), and ?before= for the older ones.
boost::asio::awaitable<WebResponse> show_events_page(PageSources sources, JournalReader& journal,
                                                     WebRequest request);

}  // namespace tenantscope
