// /metrics: built fresh at each scrape, a family of some tenants at a time, while the client takes it. The table's mutex is held for one
// such block only, so a scrape shows a table that goes on; each series comes once, whoever comes or goes meanwhile.
#pragma once

#include "app/table.hpp"
#include "io/web/response.hpp"
#include "view/instruments.hpp"

namespace tenantscope {

// REQUIRES: both outlive the answer.
WebResponse show_metrics(const Table& table, const Instruments& instruments, const WebRequest& request);

}  // namespace tenantscope
