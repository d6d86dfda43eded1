// The page /pairs: who can invite whom, of the declared pairs. Throws RefusedRequest.
#pragma once

#include "app/page/page.hpp"

namespace tenantscope {

// ?offset= (of the first collaboration) &refresh=
WebResponse show_pairs(const PageSources& sources, const WebRequest& request);

}  // namespace tenantscope
