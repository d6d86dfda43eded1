#include "formats/page/tenant_page.hpp"

#include <boost/json/array.hpp>

#include <fmt/format.h>

#include "base/text/html.hpp"
#include "domain/expectation.hpp"
#include "formats/page/event_line.hpp"
#include "formats/page/next_steps.hpp"
#include "formats/page/tenant_line.hpp"
#include "formats/page/timeline.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

json::array sentences(const std::vector<std::string>& texts) {
  json::array list;
  for (const std::string& text : texts)
    list.push_back(json::object{{"sentence", text}});
  return list;
}

json::object verdict_fields(const Watch& watch, const Finding* known, RuleSet rules) {
  Verdict verdict = judge(known, rules);
  if (auto limit = pin_limit(watch.settings->tenant_id, watch.state))
    verdict.limits.push_back(std::move(*limit));
  return {{"state", state_fields(to_string(verdict.state))},
          {"explanation", verdict.explanation},
          {"rule", verdict.rule},
          {"rules", to_string(rules)},
          {"source", source_fields(verdict.source)},
          {"limits", sentences(verdict.limits)}};
}

// What the document shows. REQUIRES: it is found.
json::object document_fields(const Finding& known) {
  return {{"environment", title(environment_of(&known))},
          {"cloud", known.cloud.empty() ? "none that is known here" : known.cloud.text()},
          {"tenant_id", to_string(known.tenant_id)},
          {"region_scope", known.region_scope.text()},
          {"sub_scope", known.sub_scope.text()}};
}

json::object environment_fields(const Finding* known) {
  const Environment environment = environment_of(known);
  return {{"title", title(environment)},
          {"sentence",
           known && known->found ? sentence(environment) : "there is no document to tell by"},
          {"href", fmt::format("?environment={}", to_string(environment))}};
}

json::object expectation(std::string_view name, std::string_view expected,
                         const std::optional<bool>& met) {
  return {{"name", name},
          {"expected", expected.empty() ? "none" : expected},
          {"met", met == true},
          {"unmet", met == false},
          {"open", !met}};
}

json::array expectations_fields(const Watch& watch, const Finding* known, RuleSet rules) {
  const TenantSettings& settings = *watch.settings;
  json::array list;
  if (settings.expect.b2b)
    list.push_back(expectation("b2b", to_string(*settings.expect.b2b),
                               b2b_met(settings.expect, known, rules)));
  if (settings.expect.region_scope)
    list.push_back(expectation("region_scope", *settings.expect.region_scope,
                               region_scope_met(settings.expect, known)));
  if (settings.tenant_id)
    list.push_back(expectation("tenant_id", to_string(*settings.tenant_id),
                               pin_met(settings.tenant_id, watch.state)));
  return list;
}

json::array labels_fields(const Labels& labels) {
  json::array list;
  for (const auto& label : labels)
    list.push_back(json::object{
        {"name", label.first},
        {"value", label.second},
        {"href", fmt::format("?label={}",
                             percent_encoded(fmt::format("{}:{}", label.first, label.second)))}});
  return list;
}

json::array changes_fields(const TenantState& state, WallTime now) {
  json::array list;
  for (const Field field : change_fields)
    if (const auto& changed = state.last_change[std::size_t(field)])
      list.push_back(
          json::object{{"field", to_string(field)}, {"time", time_fields(changed, now)}});
  return list;
}

json::value failure_fields(const ProbeStatus& status, WallTime now) {
  if (!status.failure)
    return nullptr;
  return json::object{{"reason", to_string(*status.failure)},
                      {"detail", status.failure_detail.text()},
                      {"since", time_fields(status.failing_since, now)},
                      {"times", status.failures_in_a_row}};
}

json::object probes_fields(const Watch& watch, WallTime now) {
  const ProbeStatus& status = watch.status;
  const ProbeSettings& settings = watch.settings->probe;
  return {{"success", time_fields(watch.state.last_success, now)},
          {"seen", time_fields(watch.state.confirmed_seen(), now)},
          {"failure", failure_fields(status, now)},
          {"failures", status.failures},
          {"elsewhere", status.asked_elsewhere},
          {"probed", status.probed},
          {"duration", status.probed ? fmt::format("{:.3f} s", status.duration.count()) : ""},
          {"next", time_fields(status.next_probe, now)},
          {"interval", to_string(settings.interval)},
          {"confirmations", settings.confirmations},
          {"stale_after", to_string(settings.stale_after)}};
}

json::array last_failures_fields(const std::vector<TenantFailure>& failures, WallTime now) {
  json::array list;
  for (const TenantFailure& failure : failures)
    list.push_back(json::object{{"time", time_fields(failure.time, now)},
                                {"reason", failure.reason},
                                {"detail", failure.detail},
                                {"took", fmt::format("{:.3f} s", failure.duration.count())},
                                {"request_id", failure.request_id},
                                {"body", failure.body}});
  return list;
}

json::array steps_fields(const Watch& watch, RuleSet rules, WallTime now) {
  json::array list;
  for (const NextStep& step : next_steps(watch, rules, now))
    list.push_back(json::object{{"text", step.text}, {"path", step.path}});
  return list;
}

json::array pairs_fields(const std::vector<TenantPair>& pairs) {
  json::array list;
  for (const TenantPair& pair : pairs)
    list.push_back(json::object{{"collaboration", pair.collaboration},
                                {"host", pair.host},
                                {"guest", pair.guest},
                                {"capability", state_fields(to_string(pair.capability))},
                                {"href", pair.address}});
  return list;
}

void add_history(json::object& fields, const TenantPage& tenant, WallTime now) {
  const std::vector<PageEvent> none;
  const std::vector<PageEvent>& events = tenant.events ? *tenant.events : none;
  fields["journal_fails"] = !tenant.events;
  fields["timeline"] = timeline_fields(events, now);
  fields["happened"] = !events.empty();
  fields["events"] = events_fields(events, now);
  fields["more_events"] = events.size() >= TenantPage::most_events;
}

}  // namespace

json::object tenant_fields(const TenantPage& tenant, RuleSet rules, WallTime now) {
  const Watch& watch = tenant.watch;
  const TenantKey& key = watch.settings->key;
  const auto finding = watch.state.confirmed();
  const Finding* const known = finding ? &*finding : nullptr;
  const bool shown = known && known->found;
  const TenantLine line = tenant_line(watch, rules, now);
  json::object fields{
      {"line", tenant_line_fields(line, now)},
      {"api_href", fmt::format("api/v1/{}", tenant_address(key))},
      {"invite_href", fmt::format("explain?host={}", percent_encoded(to_string(key)))},
      {"verdict", verdict_fields(watch, known, rules)},
      {"document", shown ? json::value(document_fields(*known)) : nullptr},
      {"before", line.marks.has(TenantMark::vanished)
                     ? json::value(document_fields(*watch.state.known))
                     : nullptr},
      {"scope", line.scope},
      {"environment", environment_fields(known)},
      {"changes", changes_fields(watch.state, now)},
      {"expects", expectations_fields(watch, known, rules)},
      {"labels", labels_fields(watch.settings->labels)},
      {"probes", probes_fields(watch, now)},
      {"events_href", fmt::format("events?tenant={}&cloud={}", percent_encoded(key.name),
                                  percent_encoded(key.asked))},
      {"failed_before", !tenant.failures.empty()},
      {"last_failures", last_failures_fields(tenant.failures, now)},
      {"probes_href", fmt::format("api/v1/probes?tenant={}&cloud={}", percent_encoded(key.name),
                                  percent_encoded(key.asked))},
      {"steps", steps_fields(watch, rules, now)},
      {"pairs", pairs_fields(tenant.pairs)},
      {"more_pairs", tenant.more_pairs > 0 ? json::value(tenant.more_pairs) : nullptr}};
  add_history(fields, tenant, now);
  return fields;
}

std::string tenant_html(const TenantPage& tenant, PageFrame frame) {
  const TenantLine line = tenant_line(tenant.watch, frame.rules, frame.now);
  frame.page = PageTemplate::tenant;
  frame.title = fmt::format("{}: {}{}", line.key.name, to_string(line.b2b),
                            line.marks.needs_look() ? ", needs a look" : "");
  frame.tone = line.marks.needs_look() ? Tone::mind : tone_of_state(to_string(line.b2b));
  return page_html(frame, tenant_fields(tenant, frame.rules, frame.now));
}

}  // namespace tenantscope
