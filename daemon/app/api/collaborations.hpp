// /api/v1/collaborations: the declared pairs and what holds of them. Throws RefusedRequest.
#pragma once

#include "app/table.hpp"
#include "web/server.hpp"

namespace tenantscope {

// ?host= &guest= as declared; &format=json|csv
WebResponse list_collaborations(const Table& table, const WebRequest& request);

}  // namespace tenantscope
