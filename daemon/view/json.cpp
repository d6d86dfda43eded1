#include "view/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace tenantscope {
namespace {

namespace json = boost::json;

json::value text_or_null(std::string_view text) { return text.empty() ? json::value(nullptr) : json::value(text); }

// A header may hold any bytes; JSON holds UTF-8 only.
bool printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

json::array changes_json(const std::vector<Change>& changes) {
  json::array array;
  for (const Change& change : changes)
    array.push_back(json::object{{"field", to_string(change.field)}, {"from", change.from}, {"to", change.to}});
  return array;
}

json::object evidence_json(const Evidence& evidence) {
  return {{"url", evidence.url},
          {"status", evidence.status},
          {"sha256", evidence.sha256},
          {"request_id", text_or_null(printable(evidence.request_id) ? evidence.request_id : "")},
          {"body_bytes", evidence.body_bytes}};
}

json::array expectations_json(const std::vector<ExpectationChange>& changes) {
  json::array array;
  for (const ExpectationChange& change : changes)
    array.push_back(json::object{
        {"expectation", change.expectation}, {"expected", change.expected}, {"actual", change.actual}, {"met", change.met}});
  return array;
}

json::object labels_json(const Labels& labels) {
  json::object object;
  for (const auto& [name, value] : labels) object.emplace(name, value);
  return object;
}

json::object data_json(const ChangeEvent& event) {
  const Transition& transition = event.transition;
  json::value previous;
  if (transition.previous) previous = finding_json(&*transition.previous, event.rules);
  json::object data{{"tenant", event.tenant.name},
          {"asked", event.tenant.asked},
          {"generation", transition.generation},
          {"severity", to_string(event.severity)},
          {"changes", changes_json(transition.changes)},
          {"previous", std::move(previous)},
          {"current", finding_json(&transition.current, event.rules)},
          {"verdict", verdict_json(judge(&transition.current, event.rules))},
          {"first_seen", rfc3339(transition.first_seen)},
          {"confirmed", rfc3339(transition.confirmed)},
          {"confirmations", transition.confirmations},
          {"evidence", evidence_json(transition.evidence)}};
  if (event.kind == EventKind::drill) {
    data["drill"] = true;
    data["evidence"] = nullptr;
  }
  if (event.pair) {
    data["collaboration"] = event.pair->collaboration;
    data["host"] = event.pair->host;
    data["guest"] = event.pair->guest;
    data["from"] = to_string(event.pair->from);
    data["to"] = to_string(event.pair->verdict.capability);
    data["verdict"] = pair_verdict_json(event.pair->verdict);
    data["cause"] = to_string(event.pair->cause);
  }
  if (!event.labels.empty()) data["labels"] = labels_json(event.labels);
  if (event.kind == EventKind::expectation_changed) data["expectations"] = expectations_json(event.expectations);
  return data;
}

}  // namespace

json::object finding_json(const Finding* finding, RuleSet rules) {
  json::object object{{"found", nullptr},        {"cloud", nullptr},     {"tenant_id", nullptr},
                      {"region_scope", nullptr}, {"sub_scope", nullptr}, {"b2b", to_string(capability(finding, rules))}};
  if (finding) object["found"] = finding->found;
  if (finding && finding->found) {
    object["cloud"] = text_or_null(finding->cloud);
    object["tenant_id"] = to_string(finding->tenant_id);
    object["region_scope"] = finding->region_scope.text();
    object["sub_scope"] = finding->sub_scope.text();
  }
  return object;
}

json::object verdict_json(const Verdict& verdict) {
  return {{"state", to_string(verdict.state)},
          {"rule", verdict.rule},
          {"rules", to_string(verdict.rules)},
          {"explanation", verdict.explanation},
          {"source", verdict.source}};
}

json::object pair_verdict_json(const PairVerdict& verdict) {
  const auto texts = [](const std::vector<std::string>& all) { return json::array(all.begin(), all.end()); };
  return {{"capability", to_string(verdict.capability)},
          {"rule", verdict.rule},
          {"rules", to_string(verdict.rules)},
          {"explanation", verdict.explanation},
          {"limits", texts(verdict.limits)},
          {"advice", texts(verdict.advice)},
          {"sources", texts(verdict.sources)}};
}

json::object explain_json(std::string_view host, std::string_view guest, const PairVerdict& verdict, std::optional<ErrorKind> failure) {
  json::object object{{"host", host}, {"guest", guest}};
  for (const auto& member : pair_verdict_json(verdict)) object.emplace(member.key(), member.value());
  object.emplace("error", failure ? json::value(to_string(*failure)) : nullptr);
  return object;
}

std::string cloud_event(const ChangeEvent& event, const Guid& id, std::uint64_t sequence, const std::string& source) {
  json::object envelope{{"specversion", "1.0"},
                        {"id", to_string(id)},
                        {"source", source},
                        {"type", type_of(event.kind)},
                        {"subject", event.tenant.name},
                        {"time", rfc3339(event.transition.confirmed)},
                        {"sequence", fmt::format("{:020}", sequence)},
                        {"datacontenttype", "application/json"}};
  if (event.kind == EventKind::drill) envelope["drill"] = true;
  envelope["data"] = data_json(event);
  return json::serialize(envelope);
}

EventTraits read_traits(EventKind kind, std::string_view event) {
  const json::value parsed = json::parse(event);
  const json::value& data = parsed.at("data");
  const auto named = [](const auto& all, const json::value& name) {
    return *std::ranges::find_if(all, [&](auto value) { return to_string(value) == name.as_string(); });
  };
  EventTraits traits{.kind = kind, .severity = named(severities, data.at("severity")), .fields = {}};
  for (const json::value& change : data.at("changes").as_array()) traits.fields.push_back(named(change_fields, change.at("field")));
  return traits;
}

}  // namespace tenantscope
