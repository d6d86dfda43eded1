#include "app/api/tenants.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <vector>

#include <fmt/format.h>

#include "app/api/answer.hpp"
#include "app/api/tenant_choice.hpp"
#include "base/clock.hpp"
#include "config/tenant_reference.hpp"
#include "domain/capability.hpp"
#include "formats/tenant_json.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t most_tenants = 1000;

}  // namespace

WebResponse list_tenants(const Table& table, const WebRequest& request) {
  const auto cloud = request.parameter("cloud");
  const auto query = request.parameter("q");
  const auto state = request.parameter("state");
  if (state && !parse_b2b(*state))
    throw RefusedRequest{
        400, fmt::format("`state` is none of supported, not_supported, unknown: `{}`", *state)};
  const auto limit = number_parameter(request, "limit", most_tenants, most_tenants);
  const auto offset = number_parameter<std::size_t>(request, "offset", 0, std::size_t(-1) / 2);
  const std::string needle = name_needle(query.value_or(""));

  boost::json::array shown;
  std::size_t total = 0;
  const WallTime now = wall_now();
  const std::lock_guard lock(table.mutex);
  for (const Watch* watch : table.watched()) {
    const TenantKey& key = watch->settings->key;
    if (cloud && key.asked != *cloud)
      continue;
    if (key.name.find(needle) == std::string::npos)
      continue;
    const auto confirmed = watch->state.confirmed();
    if (state && to_string(capability(confirmed ? &*confirmed : nullptr, table.rules)) != *state)
      continue;
    if (total++ >= offset && shown.size() < limit)
      shown.push_back(watch_json(*watch, table.rules, now));
  }
  return success(boost::json::object{{"tenants", std::move(shown)}, {"total", total}});
}

WebResponse show_tenant(const Table& table, const WebRequest& request, std::string_view name) {
  const std::lock_guard lock(table.mutex);
  const Watch& watch = choose_watched(table, name, request.parameter("cloud").value_or(""));
  return success(watch_json(watch, table.rules, wall_now()));
}

}  // namespace tenantscope
