// /metrics: built fresh at each scrape.
#pragma once

#include "app/table.hpp"
#include "io/web/server.hpp"
#include "view/instruments.hpp"

namespace tenantscope {

WebResponse show_metrics(const Table& table, const Instruments& instruments, const WebRequest& request);

}  // namespace tenantscope
