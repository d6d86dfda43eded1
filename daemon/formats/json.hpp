// JSON as the contract prints it: events, and the pieces of findings and verdicts that other
// answers share. Keys come in the order of the contract; what isn't known is null.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/text/visible.hpp"
#include "domain/event.hpp"
#include "domain/match.hpp"

namespace tenantscope {

// The text of an object, array or value: what isn't visible in its strings is an escape, so that it
// can be shown anywhere.
template <class Json>
std::string json_line(const Json& json) {
  return visible(boost::json::serialize(json));
}

// found, cloud, environment, tenant_id, region_scope, sub_scope. nullptr: nothing is known yet.
boost::json::object document_json(const Finding* finding);
// Those and b2b.
boost::json::object finding_json(const Finding* finding, RuleSet rules);

// state, rule, rules, explanation, source.
boost::json::object verdict_json(const Verdict& verdict);

// capability, rule, rules, explanation, limits, advice, sources.
boost::json::object pair_verdict_json(const PairVerdict& verdict);

// The event as a CloudEvent, structured JSON on one line. `previous_hash`: the SHA-256, in
// lower-case hex, of the journal's event before it; empty where there is none.
std::string cloud_event(const ChangeEvent& event, const Guid& id, std::uint64_t sequence,
                        const std::string& source, std::string_view previous_hash = {});

// What a match looks at, from an event as cloud_event() wrote it.
EventTraits read_traits(EventKind kind, std::string_view event);

}  // namespace tenantscope
