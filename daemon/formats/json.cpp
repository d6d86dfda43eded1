#include "formats/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/text/json_text.hpp"
#include "domain/environment.hpp"
#include "formats/event_text.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

constexpr std::size_t usual_length = 2560;  // of an event

// A header may hold any bytes; JSON holds UTF-8 only.
bool printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

// The members of each in the contract's order, for a tree of values and for text.
void document_members(const Finding* finding, auto member) {
  const Finding* const document = finding && finding->found ? finding : nullptr;
  finding ? member("found", finding->found) : member("found", nullptr);
  document && !document->cloud.empty() ? member("cloud", document->cloud.text())
                                       : member("cloud", nullptr);
  member("environment", to_string(environment_of(finding)));
  document ? member("tenant_id", to_string(document->tenant_id)) : member("tenant_id", nullptr);
  document ? member("region_scope", document->region_scope.text())
           : member("region_scope", nullptr);
  document ? member("sub_scope", document->sub_scope.text()) : member("sub_scope", nullptr);
}

void finding_members(const Finding* finding, RuleSet rules, auto member) {
  document_members(finding, member);
  member("b2b", to_string(capability(finding, rules)));
}

void verdict_members(const Verdict& verdict, auto member) {
  member("state", to_string(verdict.state));
  member("rule", verdict.rule);
  member("rules", to_string(verdict.rules));
  member("explanation", verdict.explanation);
  member("source", verdict.source);
}

auto members_of(json::object& object) {
  return [&object](std::string_view key, const auto& value) { object.emplace(key, value); };
}

auto members_of(JsonText& text) {
  return [&text](std::string_view key, const auto& value) { text.member(key, value); };
}

void write_finding(JsonText& text, std::string_view key, const Finding* finding, RuleSet rules) {
  text.open(key, '{');
  finding_members(finding, rules, members_of(text));
  text.close('}');
}

// The confirmed finding; nullptr where only the tenant behind a pinned name is confirmed.
const Finding* current_of(const Transition& transition) {
  return transition.only_pin && !transition.previous ? nullptr : &transition.current;
}

void write_verdict(JsonText& text, const ChangeEvent& event, const Verdict& tenants) {
  if (event.pair)
    return text.written("verdict", json_line(pair_verdict_json(event.pair->verdict)));
  text.open("verdict", '{');
  verdict_members(tenants, members_of(text));
  text.close('}');
}

// The address that stands in brackets at the end of a source; "": it has none.
std::string_view address_in(std::string_view source) {
  const auto begin = source.rfind("(https://");
  return begin == source.npos || !source.ends_with(')')
             ? std::string_view()
             : source.substr(begin + 1, source.size() - begin - 2);
}

// What a relay to people's channels shows, so that it needs to know no other member.
void write_gist(JsonText& text, const ChangeEvent& event, const Verdict& tenants) {
  const Transition& transition = event.transition;
  text.member("severity", to_string(event.severity));
  text.member("summary", event_sentence(event));
  const bool vanished = !transition.current.found && transition.previous;
  text.member("environment",
              to_string(environment_of(vanished ? &*transition.previous : &transition.current)));
  const bool sourced = event.pair && !event.pair->verdict.sources.empty();
  const std::string_view link =
      address_in(sourced ? event.pair->verdict.sources.front() : tenants.source);
  link.empty() ? text.member("link", nullptr) : text.member("link", link);
}

void write_changes(JsonText& text, const std::vector<Change>& changes) {
  text.open("changes", '[');
  for (const Change& change : changes) {
    text.open('{');
    text.member("field", to_string(change.field));
    text.member("from", change.from);
    text.member("to", change.to);
    text.close('}');
  }
  text.close(']');
}

void write_evidence(JsonText& text, const Evidence& evidence) {
  text.open("evidence", '{');
  text.member("url", evidence.url);
  text.member("status", evidence.status);
  text.member("sha256", evidence.sha256);
  const bool shown = !evidence.request_id.empty() && printable(evidence.request_id);
  shown ? text.member("request_id", evidence.request_id) : text.member("request_id", nullptr);
  text.member("body_bytes", evidence.body_bytes);
  text.close('}');
}

void write_pair(JsonText& text, const PairChange& pair) {
  text.member("collaboration", pair.collaboration);
  text.member("host", pair.host);
  text.member("guest", pair.guest);
  text.member("from", to_string(pair.from));
  text.member("to", to_string(pair.verdict.capability));
  text.member("cause", to_string(pair.cause));
}

void write_labels(JsonText& text, const Labels& labels) {
  text.open("labels", '{');
  for (const auto& [name, value] : labels)
    text.member(name, value);
  text.close('}');
}

void write_expectations(JsonText& text, const std::vector<ExpectationChange>& changes) {
  text.open("expectations", '[');
  for (const ExpectationChange& change : changes) {
    text.open('{');
    text.member("expectation", change.expectation);
    text.member("expected", change.expected);
    text.member("actual", change.actual);
    text.member("met", change.met);
    text.close('}');
  }
  text.close(']');
}

// What every event has, and null where only a tenant has it.
void write_rewind(JsonText& text, const ChangeEvent& event) {
  text.open("data", '{');
  text.member("tenant", nullptr);
  text.member("asked", nullptr);
  text.member("severity", to_string(event.severity));
  text.member("summary", event_sentence(event));
  text.member("environment", nullptr);
  text.member("link", nullptr);
  write_changes(text, {});
  text.member("journal", to_string(event.rewind->journal));
  text.member("previous_journal", to_string(event.rewind->previous_journal));
  text.member("rewound_to", event.rewind->last);
  text.close('}');
}

void write_data(JsonText& text, const ChangeEvent& event) {
  const Transition& transition = event.transition;
  const Verdict tenants = judge(current_of(transition), event.rules);
  text.open("data", '{');
  text.member("tenant", event.tenant.name);
  text.member("asked", event.tenant.asked);
  text.member("generation", transition.generation);
  write_gist(text, event, tenants);
  if ((event.kind == EventKind::baselined || transition.only_pin) && transition.damaged)
    text.member("reason", "damaged");
  write_changes(text, transition.changes);
  transition.previous ? write_finding(text, "previous", &*transition.previous, event.rules)
                      : text.member("previous", nullptr);
  write_finding(text, "current", current_of(transition), event.rules);
  write_verdict(text, event, tenants);
  text.member("first_seen", rfc3339(transition.first_seen));
  text.member("confirmed", rfc3339(transition.confirmed));
  text.member("confirmations", transition.confirmations);
  event.kind == EventKind::drill ? text.member("evidence", nullptr)
                                 : write_evidence(text, transition.evidence);
  if (event.kind == EventKind::drill)
    text.member("drill", true);
  if (event.pair)
    write_pair(text, *event.pair);
  if (!event.labels.empty())
    write_labels(text, event.labels);
  if (event.kind == EventKind::expectation_changed)
    write_expectations(text, event.expectations);
  text.close('}');
}

}  // namespace

json::object document_json(const Finding* finding) {
  json::object object;
  document_members(finding, members_of(object));
  return object;
}

json::object finding_json(const Finding* finding, RuleSet rules) {
  json::object object;
  finding_members(finding, rules, members_of(object));
  return object;
}

json::object verdict_json(const Verdict& verdict) {
  json::object object;
  verdict_members(verdict, members_of(object));
  return object;
}

json::object pair_verdict_json(const PairVerdict& verdict) {
  const auto texts = [](const std::vector<std::string>& all) {
    return json::array(all.begin(), all.end());
  };
  return {{"capability", to_string(verdict.capability)},
          {"rule", verdict.rule},
          {"rules", to_string(verdict.rules)},
          {"explanation", verdict.explanation},
          {"limits", texts(verdict.limits)},
          {"advice", texts(verdict.advice)},
          {"sources", texts(verdict.sources)}};
}

std::string cloud_event(const ChangeEvent& event, const Guid& id, std::uint64_t sequence,
                        const std::string& source, std::string_view previous_hash) {
  std::string out;
  out.reserve(usual_length);
  JsonText text(out);
  text.open('{');
  text.member("specversion", "1.0");
  text.member("id", to_string(id));
  text.member("source", source);
  text.member("type", type_of(event.kind));
  text.member("subject", event.rewind ? to_string(event.rewind->journal) : event.tenant.name);
  text.member("time", rfc3339(event.transition.confirmed));
  text.member("sequence", fmt::format("{:020}", sequence));
  if (!previous_hash.empty())
    text.member("previoushash", previous_hash);
  text.member("datacontenttype", "application/json");
  if (event.kind == EventKind::drill)
    text.member("drill", true);
  event.rewind ? write_rewind(text, event) : write_data(text, event);
  text.close('}');
  return out;
}

EventTraits read_traits(EventKind kind, std::string_view event) {
  const json::value parsed = json::parse(event);
  const json::value& data = parsed.at("data");
  const auto named = [](const auto& all, const json::value& name) {
    return *std::ranges::find_if(all,
                                 [&](auto value) { return to_string(value) == name.as_string(); });
  };
  EventTraits traits{
      .kind = kind, .severity = named(severities, data.at("severity")), .fields = {}};
  for (const json::value& change : data.at("changes").as_array())
    traits.fields.push_back(named(change_fields, change.at("field")));
  if (const json::value* expectations = data.as_object().if_contains("expectations"))
    for (const json::value& change : expectations->as_array())
      if (change.at("expectation").as_string() == pin_expectation)
        traits.fields.push_back(Field::identity);
  return traits;
}

}  // namespace tenantscope
