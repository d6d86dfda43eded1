#include "formats/tenant_json.hpp"

#include <boost/json/array.hpp>

#include "formats/json.hpp"

namespace tenantscope {
namespace {

boost::json::value time_json(const std::optional<WallTime>& time) {
  return time ? boost::json::value(rfc3339(*time)) : nullptr;
}

boost::json::value reason_json(const std::optional<Error>& failure) {
  return failure ? boost::json::value(to_string(failure->kind)) : nullptr;
}

boost::json::object pin_json(const Guid& pin, const TenantState& state) {
  const auto met = pin_met(pin, state);
  return {{"tenant_id", to_string(pin)},
          {"met", met ? boost::json::value(*met) : nullptr},
          {"answers", met == false ? boost::json::value(identity(*state.stranger)) : nullptr}};
}

}  // namespace

boost::json::object facts_json(const TenantFacts& facts) {
  boost::json::object object{{"tenant", facts.key.name}, {"asked", facts.key.asked.text()}};
  for (const auto& member : document_json(facts.known()))
    object.emplace(member.key(), member.value());
  object.emplace("seen", time_json(facts.seen));
  object.emplace("error", reason_json(facts.failure));
  return object;
}

boost::json::object lookup_json(const TenantFacts& facts, RuleSet rules) {
  boost::json::object object{{"tenant", facts.key.name}, {"asked", facts.key.asked.text()}};
  for (const auto& member : finding_json(facts.known(), rules))
    object.emplace(member.key(), member.value());
  const Verdict verdict = judge(facts.known(), rules);
  object.emplace("rule", verdict.rule);
  object.emplace("rules", to_string(rules));
  object.emplace("explanation", verdict.explanation);
  object.emplace("source", verdict.source);
  object.emplace("limits", boost::json::array(verdict.limits.begin(), verdict.limits.end()));
  object.emplace("seen", time_json(facts.seen));
  object.emplace("error", reason_json(facts.failure));
  object.emplace("failure_detail",
                 facts.failure ? boost::json::value(facts.failure->detail) : nullptr);
  return object;
}

boost::json::object watch_json(const Watch& watch, RuleSet rules, WallTime now) {
  const TenantFacts facts = facts_of(watch);
  boost::json::object object = lookup_json(facts, rules);
  if (const auto limit = pin_limit(watch.settings->tenant_id, watch.state))
    object.at("limits").as_array().emplace_back(*limit);
  object.emplace("up", watch.status.probed ? boost::json::value(!watch.status.failure) : nullptr);
  object.emplace("failure", reason_json(facts.failure));
  const bool known = !watch.status.asked_elsewhere;
  object.emplace("pending",
                 known ? boost::json::value(watch.state.awaits_confirmation()) : nullptr);
  object.emplace("stale", known ? boost::json::value(stale(watch, now)) : nullptr);
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
  object.emplace("failing_since", watch.status.failure
                                      ? boost::json::value(rfc3339(watch.status.failing_since))
                                      : nullptr);
  object.emplace("next_probe",
                 known ? boost::json::value(rfc3339(watch.status.next_probe)) : nullptr);
  return object;
}

}  // namespace tenantscope
