// The page of a tenant, /tenants/NAME. Throws RefusedRequest.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "app/page/page.hpp"
#include "app/store/journal_reader.hpp"

namespace tenantscope {

// ?cloud= where the name is asked in several: without it a page (400) leads to each. 404: a page
// leads to those whose names are near. `anyone`: --web.enable-probe; without it what an answer's
// body says is for the control socket and for logins.
boost::asio::awaitable<WebResponse> show_tenant_page(PageSources sources, JournalReader& journal,
                                                     bool anyone, WebRequest request,
                                                     std::string name);

}  // namespace tenantscope
