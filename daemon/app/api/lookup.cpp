#include "app/api/lookup.hpp"

#include <string>

#include <boost/json/object.hpp>

#include "app/api/answer.hpp"
#include "app/api/operate.hpp"
#include "app/api/tenant_choice.hpp"
#include "formats/tenant_json.hpp"

namespace tenantscope {

boost::asio::awaitable<WebResponse> look_up(const Operations& operations, const Table& table,
                                            bool anyone, WebRequest request) {
  const std::string tenant = required_parameter(request, "tenant");
  const std::string cloud(request.parameter("cloud").value_or(""));
  ProbeOrder order;
  RuleSet rules;
  {
    const std::lock_guard lock(table.mutex);
    const TenantChoice choice = choose_tenant(table, tenant, cloud);
    if (!choice.watch && !anyone && !from_this_machine(request))
      refuse_unconfigured(choice.key);
    order.key = choice.key;
    if (choice.watch)
      order.tenant_id = choice.watch->settings->tenant_id;
    rules = table.rules;
  }
  const TenantKey key = order.key;
  begin_probe(request);
  const Result<ProbeResult> probed = co_await operations.probe(std::move(order));
  if (!probed)
    throw RefusedRequest{400, probed.error().detail};
  co_return success(lookup_json(facts_of(key, probed->observation), rules));
}

}  // namespace tenantscope
