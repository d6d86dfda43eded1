#include "simulator/control.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include "domain/finding.hpp"
#include "domain/tenant.hpp"

namespace tenantscope::simulator {
namespace {

namespace json = boost::json;

constexpr std::string_view prefix = "/control/";
constexpr std::string_view tenant_prefix = "/control/tenants/";

Reply reply_with(int status, const json::value& body) {
  return {.status = status,
          .content_type = "application/json",
          .headers = "Cache-Control: no-store\r\n",
          .body = json::serialize(body) + "\n"};
}

Reply refuse(int status, const std::string& why) {
  return reply_with(status, {{"errors", json::array{json::string(why)}}});
}

Reply refuse(const Findings& findings) {
  json::array errors;
  for (const ConfigFinding& finding : findings)
    errors.emplace_back(to_string(finding));
  return reply_with(400, {{"errors", errors}});
}

Reply method_not_allowed(std::string_view allowed) {
  Reply reply = refuse(405, fmt::format("the methods here are {}", allowed));
  reply.headers += fmt::format("Allow: {}\r\n", allowed);
  return reply;
}

bool writes(const Request& request) { return request.method == "PUT" || request.method == "POST"; }

void put_scope(json::object& object, std::string_view key, const Scope& scope) {
  if (scope.kind == Scope::Kind::null)
    object[key] = nullptr;
  if (scope.kind == Scope::Kind::text)
    object[key] = scope.text;
}

json::value to_json(const FaultInForce& in_force, Duration now) {
  const Fault* fault = in_force.at(now);
  return fault ? json::value(json::string(to_string(fault->kind))) : json::value(nullptr);
}

json::object to_json(const Tenant& tenant, Duration now) {
  json::object object{{"name", tenant.name},
                      {"tenant_id", to_string(tenant.tenant_id)},
                      {"found", tenant.found},
                      {"cloud", tenant.cloud}};
  if (!tenant.hosts.empty())
    object["hosts"] = tenant.hosts;
  put_scope(object, "region_scope", tenant.region_scope);
  put_scope(object, "sub_scope", tenant.sub_scope);
  object["fault"] = to_json(tenant.fault, now);
  object["requests"] = tenant.requests;
  return object;
}

Reply all_tenants(const Authority& authority, Duration now) {
  json::array tenants;
  for (const Tenant& tenant : authority.tenants())
    tenants.push_back(to_json(tenant, now));
  return reply_with(200, tenants);
}

Reply one_tenant(Authority& authority, const Request& request, Duration now) {
  const std::string name =
      normalized(std::string_view(request.target).substr(tenant_prefix.size()));
  if (request.method == "GET") {
    const Tenant* tenant = authority.find(name);
    return tenant ? reply_with(200, to_json(*tenant, now))
                  : refuse(404, fmt::format("no tenant `{}`", name));
  }
  if (!writes(request))
    return method_not_allowed("GET, PUT, POST");
  if (const auto refusal = refuse_tenant_name(name))
    return refuse(400, fmt::format("`{}` is no tenant: {}", name, *refusal));
  Findings findings;
  const Patch patch = read_patch(request.body, findings);
  if (!findings.empty())
    return refuse(findings);
  return reply_with(200, to_json(authority.change(name, patch, now), now));
}

Reply fault_for_all(Authority& authority, const Request& request, Duration now) {
  if (writes(request)) {
    Findings findings;
    const Fault fault = read_fault(request.body, findings);
    if (!findings.empty())
      return refuse(findings);
    authority.change_fault(fault, now);
  } else if (request.method == "DELETE") {
    authority.change_fault(Fault{}, now);
  } else if (request.method != "GET") {
    return method_not_allowed("GET, PUT, POST, DELETE");
  }
  return reply_with(200, {{"fault", to_json(authority.fault(), now)}});
}

Reply stats(const Authority& authority) {
  const Stats& stats = authority.stats();
  json::object statuses;
  for (const auto& [status, count] : stats.statuses)
    statuses[status ? std::to_string(status) : "none"] = count;
  json::object tenants;
  for (const Tenant& tenant : authority.tenants())
    tenants[tenant.name] = tenant.requests;
  return reply_with(200, {{"requests", stats.requests},
                          {"connections", stats.connections},
                          {"statuses", statuses},
                          {"tenants", tenants}});
}

}  // namespace

bool is_control(const Request& request) { return request.target.starts_with(prefix); }

Reply control(Authority& authority, const Request& request, Duration now) {
  authority.advance(now);
  if (request.target.starts_with(tenant_prefix))
    return one_tenant(authority, request, now);
  if (request.target == "/control/fault")
    return fault_for_all(authority, request, now);
  if (request.target == "/control/tenants")
    return request.method == "GET" ? all_tenants(authority, now) : method_not_allowed("GET");
  if (request.target == "/control/stats")
    return request.method == "GET" ? stats(authority) : method_not_allowed("GET");
  return refuse(404,
                "the paths here are /control/tenants, /control/tenants/NAME, /control/fault and "
                "/control/stats");
}

}  // namespace tenantscope::simulator
