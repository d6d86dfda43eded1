#include "commands/explain_text.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <iostream>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "commands/printing.hpp"
#include "commands/value_text.hpp"
#include "domain/environment.hpp"
#include "formats/explain_json.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

void print_lines(std::string_view name, const json::value& texts) {
  for (const json::value& text : texts.as_array())
    print_field(name, text_of(text));
}

std::string joined(const json::value& texts) {
  std::string all;
  for (const json::value& text : texts.as_array())
    all += (all.empty() ? "" : ", ") + text_of(text);
  return all;
}

std::string_view colour_of(std::string_view capability) {
  if (capability == "supported")
    return "\033[32m";
  return capability == "not_supported" ? "\033[31m" : "\033[33m";
}

// As people write it; what isn't known here stays as it is.
std::string environment_shown(const json::value& key) {
  const auto* const known = std::ranges::find(
      environments, text_of(key), [](Environment one) { return std::string(to_string(one)); });
  return known == environments.end() ? text_of(key) : std::string(title(*known));
}

std::string document_shown(const json::value& facts) {
  const std::string cloud = text_of(facts.at("cloud")), scope = text_of(facts.at("region_scope")),
                    sub_scope = text_of(facts.at("sub_scope"));
  return fmt::format("{}, region scope {}{}; environment {}; tenant ID {}",
                     cloud.empty() ? "no cloud that is known" : cloud,
                     scope.empty() ? "none" : scope,
                     sub_scope.empty() ? "" : ", sub scope " + sub_scope,
                     environment_shown(facts.at("environment")), text_of(facts.at("tenant_id")));
}

void print_facts(std::string_view side, const json::value& facts) {
  if (facts.is_null())
    return;
  const json::value& found = facts.at("found");
  const std::string seen = text_of(facts.at("seen")), error = text_of(facts.at("error"));
  std::string text = found.is_null()               ? "no valid answer"
                     : found == json::value(false) ? "not found"
                                                   : document_shown(facts);
  text += fmt::format("; asked in {}", text_of(facts.at("asked")));
  if (!seen.empty())
    text += fmt::format("; seen {}", seen);
  if (!error.empty())
    text += fmt::format("; failed now: {}", error);
  print_field(side, text);
}

void print_alternatives(const json::object& explanation) {
  for (const json::value& one : explanation.at("alternatives").as_array())
    print_field("or invite", alternative_shown(one.as_object()));
  const std::string asked = joined(explanation.at("clouds_asked"));
  const std::string not_asked = joined(explanation.at("clouds_not_asked"));
  if (!asked.empty())
    print_field("asked",
                fmt::format("{}{}", asked, not_asked.empty() ? "" : "; not asked: " + not_asked));
}

}  // namespace

void print_explanation(const json::object& explanation, bool coloured) {
  const std::string capability = text_of(explanation.at("capability"));
  print(fmt::format("Can {} invite {}?\n", text_of(explanation.at("host")),
                    text_of(explanation.at("guest"))));
  std::cout << fmt::format("  {:<12}{}", "answer", coloured ? colour_of(capability) : "");
  print(capability);
  std::cout << (coloured ? "\033[0m\n" : "\n");
  print_field("why", text_of(explanation.at("explanation")));
  print_lines("to do", explanation.at("advice"));
  print_lines("limit", explanation.at("limits"));
  print_alternatives(explanation);
  print_facts("host", explanation.at("host_facts"));
  print_facts("guest", explanation.at("guest_facts"));
  print_field("limit", environment_limit);
  if (const std::string giver = text_of(explanation.at("cross_cloud_from")); !giver.empty())
    print_field("cross_cloud",
                fmt::format("{}, by the {}", text_of(explanation.at("cross_cloud")), giver));
  print_field("rule", fmt::format("{} of {}", text_of(explanation.at("rule")),
                                  text_of(explanation.at("rules"))));
  print_lines("source", explanation.at("sources"));
}

}  // namespace tenantscope
