// The page at `/`. Throws RefusedRequest.
#pragma once

#include "app/page/page.hpp"
#include "app/table.hpp"
#include "formats/page/overview.hpp"
#include "storage/ledger.hpp"

namespace tenantscope {

// All of it but the events. The table's mutex is held for a block of tenants at a time.
Overview overview_of(const Table& table, const OverviewQuery& query, const PageFrame& frame);

// ?sort= (a column, with `-` before it the other way round) &state= &environment= &cloud= (asked)
// &label=NAME:VALUE &q= (part of a name) &offset= &refresh= (seconds)
WebResponse show_overview(const PageSources& sources, Journal& journal, const WebRequest& request);

}  // namespace tenantscope
