#include "formats/page/explain_page.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

#include <fmt/format.h>

#include "base/text/html.hpp"
#include "domain/environment.hpp"
#include "formats/answers.hpp"
#include "formats/explain_json.hpp"
#include "formats/page/tenant_line.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

json::array lines_of(const std::vector<std::string>& lines) {
  json::array list;
  for (const std::string& line : lines)
    list.push_back(json::object{{"line", line}});
  return list;
}

json::array sources_of(const std::vector<std::string>& sources) {
  json::array list;
  for (const std::string& source : sources)
    list.push_back(source_fields(source));
  return list;
}

// What is known of one side.
json::object side_fields(std::string_view role, const TenantFacts& facts, bool watched,
                         WallTime now) {
  return {{"role", role},
          {"name", facts.shown},
          {"href", watched ? json::value(tenant_address(facts.key)) : nullptr},
          {"asked", facts.key.asked.text()},
          {"environment", title(environment_of(facts.known()))},
          {"scope", scope_words(facts.known())},
          {"known", facts.known() != nullptr},
          {"seen", time_fields(facts.seen, now)},
          {"failure", facts.failure ? to_string(facts.failure->kind) : ""},
          {"detail", facts.failure ? facts.failure->detail : std::string()}};
}

json::array sides_of(const ExplainPage& page, WallTime now) {
  const PairFacts& pair = page.explanation->pair;
  json::array sides{side_fields("Host", pair.host, page.host_watched, now)};
  if (const TenantFacts* const guest = pair.guest_tenant())
    sides.push_back(side_fields("Guest", *guest, page.guest_watched, now));
  return sides;
}

// As `explain --output=markdown` prints it.
json::array markdown_of(const Explanation& explanation) {
  json::array lines;
  const json::array answers{explain_json(explanation)};
  const std::string text = explanations(answers, AnswerForm::markdown);
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    lines.push_back(json::object{{"line", text.substr(from, end - from)}});
    from = end + 1;
  }
  return lines;
}

json::array alternatives_of(const json::object& explained) {
  json::array list;
  for (const json::value& one : explained.at("alternatives").as_array())
    list.push_back(json::object{{"line", alternative_shown(one.as_object())}});
  return list;
}

std::string query_of_pair(const ExplainPage& page) {
  const std::string query = pair_address(page.host, page.guest);
  return page.cross_cloud.empty()
             ? query
             : fmt::format("{}&cross_cloud={}", query, percent_encoded(page.cross_cloud));
}

json::value answer_fields(const ExplainPage& page, WallTime now) {
  if (!page.explanation)
    return nullptr;
  const Explanation& explanation = *page.explanation;
  const PairVerdict& verdict = explanation.verdict;
  const CloudWord& word = explanation.pair.word;
  return json::object{{"host", explanation.pair.host.shown},
                      {"guest", explanation.pair.guest_shown()},
                      {"capability", state_fields(to_string(verdict.capability))},
                      {"explanation", verdict.explanation},
                      {"rule", verdict.rule},
                      {"rules", to_string(verdict.rules)},
                      {"limits", lines_of(verdict.limits)},
                      {"limited", !verdict.limits.empty()},
                      {"advice", lines_of(verdict.advice)},
                      {"advised", !verdict.advice.empty()},
                      {"alternatives", alternatives_of(explain_json(explanation))},
                      {"has_alternatives", !explanation.alternatives.empty()},
                      {"sources", sources_of(verdict.sources)},
                      {"sides", sides_of(page, now)},
                      {"cross_cloud", to_string(word.setting)},
                      {"cross_cloud_from", word.giver ? to_string(*word.giver) : ""},
                      {"doubt", word.doubt},
                      {"markdown", markdown_of(explanation)},
                      {"api_href", "api/v1/" + query_of_pair(page)},
                      {"reverse_href", explanation.pair.guest_tenant()
                                           ? json::value(pair_address(page.guest, page.host))
                                           : nullptr}};
}

json::array settings_fields(std::string_view chosen) {
  json::array list;
  for (const CrossCloud setting : {CrossCloud::unset, CrossCloud::enabled, CrossCloud::disabled})
    list.push_back(
        json::object{{"value", to_string(setting)}, {"chosen", to_string(setting) == chosen}});
  return list;
}

}  // namespace

json::object explain_fields(const ExplainPage& page, WallTime now) {
  return {{"host", page.host},
          {"guest", page.guest},
          {"settings", settings_fields(page.cross_cloud)},
          {"refusal", page.refusal},
          {"ask_href", page.may_ask && !page.refusal.empty()
                           ? json::value(query_of_pair(page) + "&ask=now")
                           : nullptr},
          {"may_ask", page.may_ask},
          {"answer", answer_fields(page, now)}};
}

std::string explain_html(const ExplainPage& page, PageFrame frame) {
  frame.page = PageTemplate::explain;
  frame.title = "Can A invite B?";
  if (page.explanation) {
    const std::string_view capability = to_string(page.explanation->verdict.capability);
    frame.title = fmt::format("{} invites {}: {}", page.explanation->pair.host.shown,
                              page.explanation->pair.guest_shown(), capability);
    frame.tone = tone_of_state(capability);
  } else if (!page.refusal.empty()) {
    frame.tone = Tone::mind;
  }
  return page_html(frame, explain_fields(page, frame.now));
}

}  // namespace tenantscope
