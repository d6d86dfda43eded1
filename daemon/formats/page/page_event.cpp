#include "formats/page/page_event.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "formats/event_text.hpp"
#include "formats/json_members.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

Severity severity_at(const json::object& data) {
  const auto* const severity = std::ranges::find(severities, text_at(data, "severity"),
                                                 [](Severity one) { return to_string(one); });
  return severity == severities.end() ? Severity::info : *severity;
}

std::vector<PageChange> changes_of(const json::object& data) {
  std::vector<PageChange> changes;
  for (const json::value& one : array_at(data, "changes")) {
    const json::object& change = object_of(&one);
    changes.push_back({.field = std::string(text_at(change, "field")),
                       .from = std::string(text_at(change, "from")),
                       .to = std::string(text_at(change, "to"))});
  }
  return changes;
}

// Of a pair it is its capability, of a tenant its state.
std::string_view verdict_of(const json::object& data) {
  const json::object& verdict = object_at(data, "verdict");
  const std::string_view capability = text_at(verdict, "capability");
  return capability.empty() ? text_at(verdict, "state") : capability;
}

bool is_of_pair(const PageEvent& event) { return event.kind == EventKind::collaboration_changed; }

}  // namespace

PageEvent page_event(std::uint64_t sequence, EventKind kind, const TenantKey& tenant, WallTime time,
                     std::string_view event) {
  boost::system::error_code broken;
  const json::value parsed = json::parse(event, broken);
  const json::object& members = object_of(&parsed);
  const json::object& data = object_at(members, "data");
  const json::object& evidence = object_at(data, "evidence");
  return {.sequence = sequence,
          .id = std::string(text_at(members, "id")),
          .kind = kind,
          .severity = severity_at(data),
          .tenant = tenant,
          .time = time,
          .sentence = event_sentence(members),
          .changes = changes_of(data),
          .host = std::string(text_at(data, "host")),
          .guest = std::string(text_at(data, "guest")),
          .verdict = std::string(verdict_of(data)),
          .first_seen = std::string(text_at(data, "first_seen")),
          .confirmations = number_at(data, "confirmations"),
          .request_id = std::string(text_at(evidence, "request_id")),
          .sha256 = std::string(text_at(evidence, "sha256")),
          .url = std::string(text_at(evidence, "url"))};
}

std::vector<PageEvent> with_their_pairs(std::vector<PageEvent> events, std::size_t most) {
  std::vector<PageEvent> folded;
  for (PageEvent& event : events) {
    const bool pairs_before = !folded.empty() && is_of_pair(folded.back()) &&
                              folded.back().tenant == event.tenant &&
                              folded.back().time == event.time;
    if (!pairs_before) {
      if (folded.size() == most)
        break;
      folded.push_back(std::move(event));
      continue;
    }
    if (event.kind == EventKind::expectation_changed) {  // stands between its tenant's and theirs
      folded.insert(folded.end() - 1, std::move(event));
      continue;
    }
    const std::size_t pairs = folded.back().pairs + 1;
    if (!is_of_pair(event))
      folded.back() = std::move(event);
    folded.back().pairs = pairs;
  }
  folded.resize(std::min(folded.size(), most));
  return folded;
}

}  // namespace tenantscope
