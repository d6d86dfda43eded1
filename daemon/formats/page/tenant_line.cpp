#include "formats/page/tenant_line.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text/html.hpp"
#include "domain/expectation.hpp"
#include "formats/page/page_words.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

std::string failing_sentence(const ProbeStatus& status, WallTime now) {
  std::string text = fmt::format("failing for {}: {}", short_age(now - status.failing_since),
                                 to_string(*status.failure));
  if (!status.failure_detail.empty())
    text += fmt::format(", {}", status.failure_detail);
  return text;
}

std::string stale_sentence(const Watch& watch, WallTime now) {
  const auto& last = watch.state.last_success;
  return last && *last > now
             ? "stale: the last answer is dated ahead of now"
             : fmt::format("stale: no answer for {}",
                           short_age(now - last.value_or(watch.status.watched_since)));
}

std::string vanished_sentence(const TenantState& state, WallTime now) {
  const auto& since = state.last_change[std::size_t(Field::presence)];
  return since ? fmt::format("no such tenant is found any more, since {}", short_age(now - *since))
               : "no such tenant is found any more";
}

std::string pending_sentence(const Watch& watch) {
  const auto& pending = watch.state.pending ? watch.state.pending : watch.state.pin_pending;
  const auto confirmations = watch.settings->probe.confirmations;
  if (!watch.state.pending)
    return fmt::format("another tenant answers: seen {} of {} times", pending->sightings,
                       confirmations);
  return fmt::format("a change is pending, to {}: seen {} of {} times",
                     pending->finding.found ? scope_words(&pending->finding) : "not found",
                     pending->sightings, confirmations);
}

void add_unmet(std::vector<std::string>& looks, const Watch& watch, const Finding* known,
               RuleSet rules) {
  const Expectation& expect = watch.settings->expect;
  if (b2b_met(expect, known, rules) == false)
    looks.push_back(fmt::format("B2B is {}, {} is expected", to_string(capability(known, rules)),
                                to_string(*expect.b2b)));
  if (region_scope_met(expect, known) == false)
    looks.push_back(fmt::format("the scope is {}, {} is expected", scope_words(known),
                                expect.region_scope->empty() ? "none" : *expect.region_scope));
  if (pin_met(watch.settings->tenant_id, watch.state) == false)
    looks.push_back(fmt::format("{} answers, {} is pinned", identity(*watch.state.stranger),
                                to_string(*watch.settings->tenant_id)));
}

std::string fields_changed_at(const TenantState& state, const std::optional<WallTime>& time) {
  std::vector<std::string_view> fields;
  for (const Field field : change_fields)
    if (time && state.last_change[std::size_t(field)] == time)
      fields.push_back(to_string(field));
  return fmt::format("{}", fmt::join(fields, ", "));
}

json::object condition(std::string_view word, Tone tone) {
  return {{"word", word}, {"tone", tone_fields(tone)}};
}

json::array conditions_of(const TenantLine& line) {
  json::array list;
  if (line.marks.has(TenantMark::failing))
    list.push_back(condition(fmt::format("failing: {}", line.failure), Tone::bad));
  if (line.marks.has(TenantMark::vanished))
    list.push_back(condition("vanished", Tone::bad));
  if (line.marks.has(TenantMark::stale))
    list.push_back(condition("stale", Tone::mind));
  if (line.marks.has(TenantMark::unmet))
    list.push_back(condition("unmet", Tone::bad));
  if (line.marks.has(TenantMark::pending))
    list.push_back(condition("pending", Tone::mind));
  if (list.empty())
    list.push_back(line.probed            ? condition("fine", Tone::good)
                   : line.asked_elsewhere ? condition("asked elsewhere", Tone::good)
                                          : condition("not asked yet", Tone::mind));
  return list;
}

}  // namespace

std::optional<WallTime> last_change(const TenantState& state) {
  std::optional<WallTime> last;
  for (const auto& changed : state.last_change)
    last = std::max(last, changed);
  return last;
}

std::string scope_words(const Finding* known) {
  if (!known)
    return "not known yet";
  if (!known->found)
    return "no such tenant";
  const std::string& scope = known->region_scope.empty() ? "none" : known->region_scope.text();
  return known->sub_scope.empty() ? scope : fmt::format("{} · {}", scope, known->sub_scope);
}

TenantLine tenant_line(const Watch& watch, RuleSet rules, WallTime now) {
  const auto finding = watch.state.confirmed();
  const Finding* const known = finding ? &*finding : nullptr;
  TenantLine line{.key = watch.settings->key,
                  .environment = environment_of(known),
                  .b2b = capability(known, rules),
                  .scope = scope_words(known),
                  .scope_shown = known && known->found && !known->region_scope.empty(),
                  .changed = last_change(watch.state),
                  .answered = watch.state.last_success,
                  .marks = marks_of(watch, rules, now),
                  .probed = watch.status.probed,
                  .asked_elsewhere = watch.status.asked_elsewhere};
  line.changed_fields = fields_changed_at(watch.state, line.changed);
  if (const auto& failure = watch.status.failure) {
    line.failure = to_string(*failure);
    line.looks.push_back(failing_sentence(watch.status, now));
  }
  if (line.marks.has(TenantMark::stale))
    line.looks.push_back(stale_sentence(watch, now));
  if (line.marks.has(TenantMark::vanished))
    line.looks.push_back(vanished_sentence(watch.state, now));
  add_unmet(line.looks, watch, known, rules);
  if (line.marks.has(TenantMark::pending))
    line.looks.push_back(pending_sentence(watch));
  return line;
}

json::object tenant_line_fields(const TenantLine& line, WallTime now) {
  const std::string_view environment = to_string(line.environment);
  json::array looks;
  for (const std::string& look : line.looks)
    looks.push_back(json::object{{"sentence", look}});
  return {{"href", tenant_address(line.key)},
          {"name", line.key.name},
          {"asked", line.key.asked.text()},
          {"elsewhere", line.key.asked != "global"},
          {"environment", title(line.environment)},
          {"environment_href", fmt::format("?environment={}", environment)},
          {"b2b", state_fields(to_string(line.b2b))},
          {"scope", line.scope},
          {"scope_shown", line.scope_shown},
          {"changed", time_fields(line.changed, now)},
          {"changed_fields", line.changed_fields},
          {"answered", time_fields(line.answered, now)},
          {"unanswered", line.asked_elsewhere ? "not known here" : "never"},
          {"conditions", conditions_of(line)},
          {"looks", std::move(looks)}};
}

}  // namespace tenantscope
