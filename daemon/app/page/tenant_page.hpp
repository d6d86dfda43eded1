// The page of a tenant, /tenants/NAME. Throws RefusedRequest.
#pragma once

#include <string_view>

#include "app/page/page.hpp"
#include "storage/ledger.hpp"

namespace tenantscope {

// ?cloud= where the name is asked in several: without it a page (400) leads to each. 404: a page
// leads to those whose names are near. `anyone`: --web.enable-probe; without it what an answer's
// body says is for the control socket and for logins.
WebResponse show_tenant_page(const PageSources& sources, Journal& journal, bool anyone,
                             const WebRequest& request, std::string_view name);

}  // namespace tenantscope
