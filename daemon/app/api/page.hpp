// The status page at /. Throws RefusedRequest.
#pragma once

#include "app/table.hpp"
#include "web/server.hpp"

namespace tenantscope {

// ?q= (part of a name) &state= (one of page_filters) &offset=
WebResponse show_page(const Table& table, const WebRequest& request);

}  // namespace tenantscope
