#include "formats/tenant_json.hpp"

#include <boost/json/array.hpp>

#include "formats/json.hpp"

namespace tenantscope {
namespace {

boost::json::value time_json(const std::optional<WallTime>& time) {
  return time ? boost::json::value(rfc3339(*time)) : nullptr;
}

boost::json::value reason_json(const std::optional<ErrorKind>& failure) {
  return failure ? boost::json::value(to_string(*failure)) : nullptr;
}

boost::json::object pin_json(const Guid& pin, const TenantState& state) {
  const auto met = pin_met(pin, state);
  return {{"tenant_id", to_string(pin)},
          {"met", met ? boost::json::value(*met) : nullptr},
          {"answers", met == false ? boost::json::value(identity(*state.stranger)) : nullptr}};
}

}  // namespace

boost::json::object lookup_json(const TenantKey& key, const Finding* finding, RuleSet rules,
                                std::optional<ErrorKind> failure, std::string_view detail) {
  boost::json::object object{{"tenant", key.name}, {"asked", key.asked}};
  for (const auto& member : finding_json(finding, rules))
    object.emplace(member.key(), member.value());
  const Verdict verdict = judge(finding, rules);
  object.emplace("rule", verdict.rule);
  object.emplace("rules", to_string(rules));
  object.emplace("explanation", verdict.explanation);
  object.emplace("source", verdict.source);
  object.emplace("limits", boost::json::array(verdict.limits.begin(), verdict.limits.end()));
  object.emplace("error", reason_json(failure));
  object.emplace("failure_detail", failure ? boost::json::value(detail) : nullptr);
  return object;
}

boost::json::object watch_json(const Watch& watch, RuleSet rules, WallTime now) {
  const auto confirmed = watch.state.confirmed();
  boost::json::object object =
      lookup_json(watch.settings->key, confirmed ? &*confirmed : nullptr, rules,
                  watch.status.failure, watch.status.failure_detail);
  if (const auto limit = pin_limit(watch.settings->tenant_id, watch.state))
    object.at("limits").as_array().emplace_back(*limit);
  object.emplace("up", watch.status.probed ? boost::json::value(!watch.status.failure) : nullptr);
  object.emplace("failure", reason_json(watch.status.failure));
  object.emplace("pending", watch.state.awaits_confirmation());
  object.emplace("stale", stale(watch, now));
  object.emplace("last_success", time_json(watch.state.last_success));
  boost::json::object last_change;
  for (const Field field : change_fields)
    if (const auto& changed = watch.state.last_change[std::size_t(field)])
      last_change.emplace(to_string(field), rfc3339(*changed));
  object.emplace("last_change", std::move(last_change));
  boost::json::object labels;
  for (const auto& [name, value] : watch.settings->labels)
    labels.emplace(name, value);
  object.emplace("labels", std::move(labels));
  if (const auto& pin = watch.settings->tenant_id)
    object.emplace("pin", pin_json(*pin, watch.state));
  return object;
}

}  // namespace tenantscope
