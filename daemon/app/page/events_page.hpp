// /events: the journal as a page. Throws RefusedRequest.
#pragma once

#include "app/page/page.hpp"
#include "storage/ledger.hpp"

namespace tenantscope {

// The parameters of an event_filter(), and ?before= for the older ones.
WebResponse show_events_page(const PageSources& sources, Journal& journal,
                             const WebRequest& request);

}  // namespace tenantscope
