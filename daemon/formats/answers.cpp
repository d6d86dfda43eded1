#include "formats/answers.hpp"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "domain/environment.hpp"
#include "formats/explain_json.hpp"
#include "formats/text_table.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

using Keys = std::vector<std::string_view>;

constexpr std::array note_keys{
    std::pair{"explanation", "why"},        std::pair{"advice", "to do"},
    std::pair{"limits", "limit"},           std::pair{"source", "source"},
    std::pair{"sources", "source"},         std::pair{"failure_detail", "failed"},
    std::pair{"alternatives", "or invite"}, std::pair{"clouds_asked", "asked"}};

// "host_facts.cloud": a member of a member. Nothing where it isn't there, or null.
const json::value* value_of(const json::object& answer, std::string_view key) {
  const auto point = key.find('.');
  const auto* const value = answer.if_contains(key.substr(0, point));
  if (!value || value->is_null())
    return nullptr;
  return point == std::string_view::npos ? value
                                         : value_of(value->as_object(), key.substr(point + 1));
}

// "host_facts.cloud" is the column host_cloud.
std::string column_of(std::string_view key) {
  std::string name(key);
  if (const auto facts = name.find("_facts."); facts != std::string::npos)
    name.replace(facts, 7, "_");
  return name;
}

// Of what isn't there: empty; of a list: its texts, apart by a line's end.
std::string text_of(const json::object& answer, std::string_view key) {
  const json::value* value = value_of(answer, key);
  if (!value)
    return {};
  if (value->is_string())
    return std::string(value->as_string());
  if (!value->is_array())
    return json::serialize(*value);
  std::string text;
  for (const json::value& item : value->as_array())
    text += (text.empty() ? "" : "\n") + std::string(item.as_string());
  return text;
}

std::string joined(const json::object& answer, std::string_view key) {
  std::string text = text_of(answer, key);
  for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', end))
    text.replace(end, 1, ", ");
  return text;
}

std::string asked_text(const json::object& answer) {
  const std::string others = joined(answer, "clouds_not_asked");
  return joined(answer, "clouds_asked") + (others.empty() ? "" : "; not asked: " + others);
}

std::vector<std::string> texts_of(const json::object& answer, std::string_view key) {
  const json::value* value = value_of(answer, key);
  if (!value)
    return {};
  if (value->is_string())
    return {std::string(value->as_string())};
  std::vector<std::string> texts;
  for (const json::value& item : value->as_array())
    texts.push_back(item.is_string() ? std::string(item.as_string())
                                     : alternative_shown(item.as_object()));
  return key == "clouds_asked" && !texts.empty() ? std::vector{asked_text(answer)} : texts;
}

TextTable table_of(const json::array& answers, const Keys& keys) {
  TextTable table;
  for (const std::string_view key : keys)
    table.head.push_back(column_of(key));
  for (const json::value& answer : answers) {
    std::vector<std::string> row;
    for (const std::string_view key : keys)
      row.push_back(text_of(answer.as_object(), key));
    table.rows.push_back(std::move(row));
  }
  return table;
}

// A sentence about the answers of a rule: about all of them, or about those that are named.
struct Note {
  std::string_view kind;
  std::string text;
  std::vector<std::string> about;
};

struct RuleNotes {
  std::string rule;
  std::size_t answers = 0;
  std::vector<Note> notes;
};

void add_note(RuleNotes& rule, std::string_view kind, std::string text, const std::string& about) {
  const auto known = std::ranges::find_if(
      rule.notes, [&](const Note& note) { return note.kind == kind && note.text == text; });
  if (known == rule.notes.end())
    rule.notes.push_back({.kind = kind, .text = std::move(text), .about = {about}});
  else
    known->about.push_back(about);
}

// The place of a kind of note, in the order of their keys.
std::ptrdiff_t rank(const Note& note) {
  return std::ranges::find(note_keys, note.kind,
                           [](const auto& key) { return std::string_view(key.second); }) -
         note_keys.begin();
}

// Which answer it is, among those that are asked for together: by its guest, or, of several hosts,
// by both.
std::vector<std::string> names_of(const json::array& answers, std::string_view name) {
  std::vector<std::string> names;
  std::set<std::string> hosts;
  for (const json::value& answer : answers)
    hosts.insert(text_of(answer.as_object(), "host"));
  for (const json::value& answer : answers)
    names.push_back(
        (hosts.size() > 1 ? text_of(answer.as_object(), "host") + " -> " : std::string()) +
        text_of(answer.as_object(), name));
  return names;
}

// Each rule once, in the order in which they come.
std::vector<RuleNotes> notes_of(const json::array& answers, std::string_view name) {
  const std::vector<std::string> names = names_of(answers, name);
  std::vector<RuleNotes> rules;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const json::object& answer = answers[i].as_object();
    const std::string rule =
        fmt::format("{} of {}", text_of(answer, "rule"), text_of(answer, "rules"));
    auto known = std::ranges::find(rules, rule, &RuleNotes::rule);
    if (known == rules.end())
      known = rules.insert(rules.end(), {.rule = rule, .answers = 0, .notes = {}});
    ++known->answers;
    for (const auto& [key, kind] : note_keys)
      for (std::string& text : texts_of(answer, key))
        add_note(*known, kind, std::move(text), names[i]);
  }
  for (RuleNotes& rule : rules)
    std::ranges::stable_sort(rule.notes, {}, rank);
  return rules;
}

std::string shown(const RuleNotes& rule, const Note& note) {
  if (note.about.size() == rule.answers)
    return note.text;
  std::string about;
  for (const std::string& name : note.about)
    about += (about.empty() ? "" : ", ") + name;
  return fmt::format("{}: {}", about, note.text);
}

std::string notes_text(const std::vector<RuleNotes>& rules) {
  std::string text;
  for (const RuleNotes& rule : rules) {
    text += fmt::format("\n{}\n", rule.rule);
    for (const Note& note : rule.notes)
      text += fmt::format("  {:<10}{}\n", note.kind, shown(rule, note));
  }
  return text;
}

std::string notes_markdown(const std::vector<RuleNotes>& rules) {
  std::string text;
  for (const RuleNotes& rule : rules) {
    text += fmt::format("\n**{}**\n\n", markdown_text(rule.rule));
    for (const Note& note : rule.notes)
      text += fmt::format("* {}: {}\n", note.kind, markdown_text(shown(rule, note)));
  }
  return text;
}

struct Columns {
  Keys text;
  Keys markdown;
  Keys csv;
  std::string_view name;  // the key of what tells the answers of one rule apart
};

std::string formed(const json::array& answers, AnswerForm form, const Columns& columns) {
  switch (form) {
    case AnswerForm::csv:
      break;
    case AnswerForm::text:
      return fmt::format("{}{}\n{}\n", aligned(table_of(answers, columns.text)),
                         notes_text(notes_of(answers, columns.name)), environment_limit);
    case AnswerForm::markdown:
      return fmt::format("{}{}\n{}\n", markdown(table_of(answers, columns.markdown)),
                         notes_markdown(notes_of(answers, columns.name)), environment_limit);
  }
  return csv(table_of(answers, columns.csv));
}

}  // namespace

std::string lookups(const json::array& answers, AnswerForm form) {
  return formed(answers, form,
                {.text = {"tenant", "asked", "b2b", "environment", "region_scope", "tenant_id",
                          "rule", "error"},
                 .markdown = {"tenant", "asked", "b2b", "environment", "region_scope", "sub_scope",
                              "tenant_id", "seen", "rule", "error"},
                 .csv = {"tenant", "asked", "found", "cloud", "environment", "tenant_id",
                         "region_scope", "sub_scope", "b2b", "rule", "rules", "explanation",
                         "source", "limits", "seen", "error"},
                 .name = "tenant"});
}

std::string explanations(const json::array& answers, AnswerForm form) {
  return formed(
      answers, form,
      {.text = {"host", "guest", "capability", "host_facts.environment", "guest_facts.environment",
                "rule", "error"},
       .markdown = {"host", "guest", "capability", "cross_cloud", "host_facts.environment",
                    "host_facts.region_scope", "host_facts.tenant_id", "guest_facts.environment",
                    "guest_facts.region_scope", "guest_facts.tenant_id", "rule", "error"},
       .csv = {"host",
               "guest",
               "capability",
               "rule",
               "rules",
               "explanation",
               "limits",
               "advice",
               "sources",
               "cross_cloud",
               "cross_cloud_from",
               "host_facts.cloud",
               "host_facts.environment",
               "host_facts.region_scope",
               "host_facts.tenant_id",
               "host_facts.seen",
               "guest_facts.cloud",
               "guest_facts.environment",
               "guest_facts.region_scope",
               "guest_facts.tenant_id",
               "guest_facts.seen",
               "error"},
       .name = "guest"});
}

}  // namespace tenantscope
