// /api/v1/tenants: what the table says of tenants. Throws RefusedRequest.
#pragma once

#include <string_view>

#include "app/table.hpp"
#include "web/server.hpp"

namespace tenantscope {

// ?cloud= (asked) &state= (b2b) &q= &limit= &offset=
WebResponse list_tenants(const Table& table, const WebRequest& request);

// ?cloud= where the name is asked in several
WebResponse show_tenant(const Table& table, const WebRequest& request, std::string_view name);

}  // namespace tenantscope
