// /api/v1/explain: can HOST invite GUEST? Of who is watched by what is known, of others by asking
// now. Throws RefusedRequest.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "app/operations.hpp"
#include "app/table.hpp"
#include "domain/explanation.hpp"
#include "web/server.hpp"

namespace tenantscope {

// ?host= &guest= (NAME, NAME@CLOUD or identity:PROVIDER) &rules= &cross_cloud=. `anyone`:
// --web.enable-probe; without it only this machine's own requests have tenants asked that aren't
// watched.
boost::asio::awaitable<WebResponse> explain_pair(const Operations& operations, const Table& table,
                                                 bool anyone, WebRequest request);

// The same, as data. `may_ask`: tenants that aren't watched may be asked now.
boost::asio::awaitable<Explanation> explanation_of(const Operations& operations, const Table& table,
                                                   bool may_ask, WebRequest request);

}  // namespace tenantscope
