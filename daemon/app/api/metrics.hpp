// /metrics: built fresh at each scrape, a family of some tenants at a time, while the client takes
// it. The table's mutex is held for one such block only, so a scrape shows a table that goes on;
// each series comes once, whoever comes or goes meanwhile.
#pragma once

#include "app/table.hpp"
#include "formats/tenant_labels.hpp"
#include "metrics/instruments.hpp"
#include "web/response.hpp"

namespace tenantscope {

// `labels`: of the table's tenants, as far as they were shown before. REQUIRES: all outlive the
// answer.
WebResponse show_metrics(const Table& table, TenantLabels& labels, const Instruments& instruments,
                         const WebRequest& request);

}  // namespace tenantscope
