#include "formats/answers.hpp"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "formats/text_table.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

using Keys = std::vector<std::string_view>;

constexpr std::array note_keys{
    std::pair{"explanation", "why"}, std::pair{"limits", "mind"},
    std::pair{"advice", "instead"},  std::pair{"source", "source"},
    std::pair{"sources", "source"},  std::pair{"failure_detail", "failed"}};

const json::value* value_of(const json::object& answer, std::string_view key) {
  const auto* const value = answer.if_contains(key);
  return value && !value->is_null() ? value : nullptr;
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

std::vector<std::string> texts_of(const json::object& answer, std::string_view key) {
  const json::value* value = value_of(answer, key);
  if (!value)
    return {};
  if (value->is_string())
    return {std::string(value->as_string())};
  std::vector<std::string> texts;
  for (const json::value& item : value->as_array())
    texts.emplace_back(item.as_string());
  return texts;
}

TextTable table_of(const json::array& answers, const Keys& keys) {
  TextTable table;
  for (const std::string_view key : keys)
    table.head.emplace_back(key);
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

// Each rule once, in the order in which they come.
std::vector<RuleNotes> notes_of(const json::array& answers, std::string_view name) {
  std::vector<RuleNotes> rules;
  for (const json::value& value : answers) {
    const json::object& answer = value.as_object();
    const std::string rule =
        fmt::format("{} of {}", text_of(answer, "rule"), text_of(answer, "rules"));
    auto known = std::ranges::find(rules, rule, &RuleNotes::rule);
    if (known == rules.end())
      known = rules.insert(rules.end(), {.rule = rule, .answers = 0, .notes = {}});
    ++known->answers;
    for (const auto& [key, kind] : note_keys)
      for (std::string& text : texts_of(answer, key))
        add_note(*known, kind, std::move(text), text_of(answer, name));
  }
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
      text += fmt::format("  {:<9}{}\n", note.kind, shown(rule, note));
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

// `name`: the key of what tells the answers of one rule apart.
std::string formed(const json::array& answers, AnswerForm form, const Keys& columns,
                   const Keys& csv_columns, std::string_view name) {
  switch (form) {
    case AnswerForm::csv:
      break;
    case AnswerForm::text:
      return aligned(table_of(answers, columns)) + notes_text(notes_of(answers, name));
    case AnswerForm::markdown:
      return markdown(table_of(answers, columns)) + notes_markdown(notes_of(answers, name));
  }
  return csv(table_of(answers, csv_columns));
}

}  // namespace

std::string lookups(const json::array& answers, AnswerForm form) {
  return formed(
      answers, form,
      {"tenant", "asked", "b2b", "environment", "region_scope", "tenant_id", "rule", "error"},
      {"tenant", "asked", "found", "cloud", "environment", "tenant_id", "region_scope", "sub_scope",
       "b2b", "rule", "rules", "explanation", "source", "limits", "seen", "error"},
      "tenant");
}

std::string explanations(const json::array& answers, AnswerForm form) {
  return formed(answers, form, {"host", "guest", "capability", "rule", "error"},
                {"host", "guest", "capability", "rule", "rules", "explanation", "limits", "advice",
                 "sources", "cross_cloud", "error"},
                "guest");
}

}  // namespace tenantscope
