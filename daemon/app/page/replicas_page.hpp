// /replicas: who shares the ledger. Throws RefusedRequest.
#pragma once

#include "app/page/page.hpp"

namespace tenantscope {

WebResponse show_replicas(const PageSources& sources, const WebRequest& request);

}  // namespace tenantscope
