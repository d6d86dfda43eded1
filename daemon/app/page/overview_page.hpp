// The page at `/`. Throws RefusedRequest.
#pragma once

#include "app/page/page.hpp"
#include "storage/ledger.hpp"

namespace tenantscope {

// ?sort= (a column, with `-` before it the other way round) &state= &environment= &cloud= (asked)
// &label=NAME:VALUE &q= (part of a name) &offset= &refresh= (seconds)
WebResponse show_overview(const PageSources& sources, Journal& journal, const WebRequest& request);

}  // namespace tenantscope
