#include "simulator/authority.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "domain/finding.hpp"

namespace tenantscope::simulator {
namespace {

constexpr std::string_view v2_suffix = "/v2.0/.well-known/openid-configuration";
constexpr std::string_view v1_suffix = "/.well-known/openid-configuration";
constexpr std::string_view consumers = "9188040d-6c67-4c5b-b112-36a304b66dad";

constexpr std::string_view json_type = "application/json; charset=utf-8";
constexpr std::string_view html_type = "text/html; charset=utf-8";
constexpr std::string_view text_type = "text/plain";

// Derived ids live here, so that a name has the same id in every rehearsal.
const Guid name_space = *parse_guid("6f1d4f0c-0d35-4c8e-9d0a-6b6f2f1c7a51");

constexpr std::size_t padding = 256 * kib;  // of a large document: more than anybody reads

constexpr std::string_view captive_portal =
    "<!DOCTYPE html>\n<html><head><title>Sign in to the network</title></head>\n"
    "<body><h1>Welcome</h1><form action=\"/login\">Accept the terms to go "
    "on.</form></body></html>\n";

std::string authority_headers(WallTime wall) {
  return fmt::format(
      "Cache-Control: max-age=86400, private\r\n"
      "Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n"
      "X-Content-Type-Options: nosniff\r\n"
      "Access-Control-Allow-Origin: *\r\n"
      "Access-Control-Allow-Methods: GET, OPTIONS\r\n"
      "P3P: CP=\"DSP CUR OTPi IND OTRi ONL FIN\"\r\n"
      "x-ms-request-id: {}\r\n"
      "x-ms-ests-server: 2.1.0.0 - REHEARSAL ProdSlices\r\n"
      "X-XSS-Protection: 0\r\n"
      "Set-Cookie: fpc=AbCdEfGhIjKlMnOpQrStUvWxYz0123456789; expires=Thu, 31-Dec-2099 00:00:00 "
      "GMT; path=/; secure; HttpOnly; "
      "SameSite=None\r\n"
      "Set-Cookie: esctx=PAQABAAEAAAAm0123456789; domain=.login.example; path=/; secure; HttpOnly; "
      "SameSite=None\r\n"
      "Set-Cookie: x-ms-gateway-slice=estsfd; path=/; secure; samesite=none; httponly\r\n"
      "Set-Cookie: stsservicecookie=estsfd; path=/; secure; samesite=none; httponly\r\n"
      "Date: {}\r\n",
      to_string(random_guid()), http_date(wall));
}

// The tenant's place in a discovery path, in lower case.
std::optional<std::pair<Form, std::string>> read_target(std::string_view target) {
  target = target.substr(0, target.find('?'));
  const Form form = target.ends_with(v2_suffix) ? Form::v2 : Form::v1;
  const std::string_view suffix = form == Form::v2 ? v2_suffix : v1_suffix;
  if (!target.ends_with(suffix) || target.size() < suffix.size() + 2)
    return std::nullopt;
  const std::string_view asked = target.substr(1, target.size() - suffix.size() - 1);
  if (asked.find('/') != std::string_view::npos)
    return std::nullopt;
  return std::pair(form, normalized(asked));
}

std::string retry_after(const Fault& fault, WallTime wall) {
  if (!fault.retry_after)
    return {};
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(*fault.retry_after);
  return fmt::format("Retry-After: {}\r\n", fault.retry_after_as_date
                                                ? http_date(wall + seconds)
                                                : std::to_string(seconds.count()));
}

// The reply as the fault leaves it.
void spoil(Reply& reply, const Fault& fault, WallTime wall) {
  const auto become = [&](int status, std::string_view type, std::string body) {
    reply.status = status;
    reply.content_type = type;
    reply.body = std::move(body);
  };
  switch (fault.kind) {
    case FaultKind::none:
    case FaultKind::wrong_tenant:
      return;
    case FaultKind::slow:
      reply.delay += fault.delay;
      return;
    case FaultKind::hang:
      reply.ending = Reply::Ending::hang;
      return;
    case FaultKind::cut:
      reply.ending = Reply::Ending::cut;
      return;
    case FaultKind::reset:
      reply.ending = Reply::Ending::reset;
      return;
    case FaultKind::encoding:
      reply.headers += "Content-Encoding: gzip\r\n";
      return;
    case FaultKind::bad_json:
      reply.body.resize(reply.body.size() / 2);
      return;
    case FaultKind::large:
      reply.body.insert(1, R"("padding":")" + std::string(padding, 'x') + R"(",)");
      return;
    case FaultKind::throttle:
      become(429, text_type, "Too Many Requests");
      reply.headers += retry_after(fault, wall);
      return;
    case FaultKind::status:
      become(fault.status, fault.empty ? std::string_view() : json_type,
             fault.empty ? std::string() : transient_error(wall));
      reply.headers += retry_after(fault, wall);
      return;
    case FaultKind::html:
      become(200, html_type, std::string(captive_portal));
      reply.headers = "Cache-Control: no-store\r\n";
      return;
    case FaultKind::redirect:
      become(302, {}, {});
      reply.headers = fmt::format("Location: {}\r\n", fault.location);
      return;
  }
}

}  // namespace

FaultInForce::FaultInForce(Fault fault, Duration since) : fault_(std::move(fault)), since_(since) {}

const Fault* FaultInForce::at(Duration now) const {
  if (fault_.kind == FaultKind::none)
    return nullptr;
  if (fault_.count && answers_ >= *fault_.count)
    return nullptr;
  if (fault_.lasts && now >= since_ + *fault_.lasts)
    return nullptr;
  return &fault_;
}

Authority::Authority(const Scenario& scenario, WallTime started, OnChange on_change)
    : started_(started), latency_(scenario.latency) {
  for (const ScenarioTenant& tenant : scenario.tenants) {
    apply(tenant.name, tenant.start, Duration::zero());
    for (const Step& step : tenant.timeline)
      steps_.push_back({step, tenant.name});
  }
  for (const Step& step : scenario.faults)
    steps_.push_back({step, {}});
  std::ranges::stable_sort(steps_, {}, [](const TimedStep& timed) { return timed.step.at; });
  advance(Duration::zero());
  on_change_ = std::move(on_change);
}

Reply Authority::answer(const Request& request, Duration now) {
  advance(now);
  const auto target = read_target(request.target);
  if (!target)
    return {.status = 404,
            .content_type = std::string(text_type),
            .body = "Ask for /TENANT/v2.0/.well-known/openid-configuration\n"};
  if (request.method != "GET")
    return {.status = 405, .headers = "Allow: GET\r\n"};

  Reply reply = discovery(target->first, target->second, now);
  ++stats_.requests;
  if (request.first)
    ++stats_.connections;
  const bool sent = reply.ending == Reply::Ending::whole || reply.ending == Reply::Ending::cut;
  ++stats_.statuses[sent ? reply.status : 0];
  return reply;
}

void Authority::advance(Duration now) {
  for (; next_step_ < steps_.size() && steps_[next_step_].step.at <= now; ++next_step_) {
    const TimedStep& timed = steps_[next_step_];
    if (!timed.tenant.empty())
      apply(timed.tenant, timed.step.patch, timed.step.at);
    else if (timed.step.patch.fault)
      change_fault(*timed.step.patch.fault, timed.step.at);
  }
}

const Tenant& Authority::change(std::string_view name, const Patch& patch, Duration now) {
  advance(now);
  const Tenant* known = find(name);
  const std::string known_as = known ? known->name : normalized(name);
  apply(known_as, patch, now);
  return *find(known_as);
}

void Authority::change_fault(const Fault& fault, Duration now) {
  fault_ = FaultInForce(fault, now);
  if (on_change_)
    on_change_(nullptr);
}

const Tenant* Authority::find(std::string_view name) const {
  const std::size_t index = index_of(normalized(name));
  return index < tenants_.size() ? &tenants_[index] : nullptr;
}

std::size_t Authority::index_of(std::string_view name) const {
  if (const auto named = by_name_.find(name); named != by_name_.end())
    return named->second;
  if (const auto guid = parse_guid(name))
    if (const auto known = by_id_.find(*guid); known != by_id_.end())
      return known->second;
  return tenants_.size();
}

Reply Authority::discovery(Form form, const std::string& asked, Duration now) {
  const std::size_t index = index_of(asked);
  Tenant* tenant = index < tenants_.size() ? &tenants_[index] : nullptr;
  if (tenant)
    ++tenant->requests;

  FaultInForce* in_force = tenant && tenant->fault.at(now) ? &tenant->fault : &fault_;
  const Fault* fault = in_force->at(now);
  const WallTime wall = started_ + now;
  Reply reply =
      document(form, asked, tenant, fault && fault->kind == FaultKind::wrong_tenant, wall);
  if (fault) {
    spoil(reply, *fault, wall);
    in_force->answered();
  }
  return reply;
}

Reply Authority::document(Form form, const std::string& asked, const Tenant* tenant,
                          bool of_wrong_tenant, WallTime wall) const {
  Reply reply{.content_type = std::string(json_type),
              .headers = authority_headers(wall),
              .delay = latency_};
  if (tenant && tenant->found) {
    const std::string id = to_string(of_wrong_tenant ? name_based_guid(tenant->tenant_id, "wrong")
                                                     : tenant->tenant_id);
    reply.body =
        discovery_document(form, {.path_id = id,
                                  .issuer_id = id,
                                  .hosts = tenant->hosts.empty() ? tenant->cloud : tenant->hosts,
                                  .region_scope = tenant->region_scope,
                                  .sub_scope = tenant->sub_scope});
  } else if (!tenant && (asked == "common" || asked == "organizations" || asked == "consumers" ||
                         asked == consumers)) {
    const bool of_many = asked == "common" || asked == "organizations";
    const Scope null{Scope::Kind::null, {}};
    const Scope absent;
    reply.body = discovery_document(form, {.path_id = asked,
                                           .issuer_id = of_many ? "{tenantid}" : consumers,
                                           .hosts = "global",
                                           .region_scope = null,
                                           .sub_scope = absent});
  } else {
    reply.status = 400;
    reply.body = tenant_not_found(asked, wall);
  }
  return reply;
}

void Authority::apply(std::string_view name, const Patch& patch, Duration since) {
  const auto [known, added] = by_name_.try_emplace(std::string(name), tenants_.size());
  if (added)
    tenants_.push_back({.name = std::string(name),
                        .tenant_id = parse_guid(name).value_or(name_based_guid(name_space, name))});
  Tenant& tenant = tenants_[known->second];
  const Guid id_before = tenant.tenant_id;
  if (patch.found)
    tenant.found = *patch.found;
  if (patch.tenant_id)
    tenant.tenant_id = *patch.tenant_id;
  if (patch.cloud)
    tenant.cloud = *patch.cloud;
  if (patch.hosts)
    tenant.hosts = *patch.hosts;
  if (patch.region_scope)
    tenant.region_scope = *patch.region_scope;
  if (patch.sub_scope)
    tenant.sub_scope = *patch.sub_scope;
  if (patch.fault)
    tenant.fault = FaultInForce(*patch.fault, since);

  if (added) {
    by_id_.try_emplace(tenant.tenant_id, known->second);
  } else if (tenant.tenant_id != id_before) {
    by_id_.clear();
    for (std::size_t i = 0; i < tenants_.size(); ++i)
      by_id_.try_emplace(tenants_[i].tenant_id, i);
  }
  if (on_change_)
    on_change_(&tenant);
}

}  // namespace tenantscope::simulator
