#include "app/api/metrics.hpp"

#include <string>
#include <vector>

#include "app/api/answer.hpp"
#include "app/pairs.hpp"
#include "io/clock.hpp"
#include "io/process.hpp"
#include "view/exposition.hpp"

namespace tenantscope {

WebResponse show_metrics(const Table& table, const Instruments& instruments, const WebRequest& request) {
  const ExpositionFormat format = negotiate(list_header(request, "accept"));
  Exposition exposition(format);
  {
    const std::lock_guard lock(table.mutex);
    exposition.tenants(table.watched(), table.rules, wall_now());
    std::vector<PairRow> pairs;
    for_each_pair(table, [&](const DeclaredPair& pair) {
      pairs.push_back({pair.collaboration.name, pair.host.shown, pair.guest_shown(), capability_of(table, pair)});
    });
    exposition.pairs(pairs);
  }
  exposition.instruments(instruments.collect());
  exposition.process(read_process_stats());
  return {.content_type = std::string(content_type(format)), .body = std::move(exposition).finish()};
}

}  // namespace tenantscope
