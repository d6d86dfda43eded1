#include "formats/template/template_names.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <fmt/format.h>

#include "base/text/quotation.hpp"
#include "base/text/slip.hpp"
#include "formats/template/message_fields.hpp"
#include "formats/template/sample_messages.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

constexpr std::string_view values_prefix = "values.";
constexpr std::string_view labels_name = "data.labels";

void merge(json::value& into, const json::value& one);

void merge_object(json::object& into, const json::object& one) {
  for (const auto& member : one)
    merge(into[member.key()], member.value());
}

// An array becomes one with a single item, which has the members of all.
void merge_array(json::array& into, const json::array& one) {
  if (into.empty() && !one.empty())
    into.emplace_back(nullptr);
  for (const json::value& item : one)
    merge(into.front(), item);
}

void merge(json::value& into, const json::value& one) {
  if (one.is_object()) {
    if (!into.is_object())
      into.emplace_object();
    merge_object(into.get_object(), one.get_object());
  } else if (one.is_array()) {
    if (!into.is_array())
      into.emplace_array();
    merge_array(into.get_array(), one.get_array());
  } else if (into.is_null()) {
    into = one;
  }
}

// Each object of a list has `last`, and after a cut `more` says how many others there are.
void add_last(json::value& value) {
  if (value.is_object())
    for (auto& member : value.get_object())
      add_last(member.value());
  if (!value.is_array())
    return;
  for (json::value& item : value.get_array()) {
    add_last(item);
    if (item.is_object())
      item.get_object()["last"] = true;
  }
}

// The fields as they are named at one place of a template, the inner ones first.
class Scopes {
 public:
  explicit Scopes(const json::value& fields) : all_{&fields} {}

  void push(const json::value* fields) { all_.push_back(fields); }
  void pop() { all_.pop_back(); }

  // nullptr: it is unknown.
  const json::value* find(std::string_view name) const {
    if (name == ".")
      return all_.back();
    for (auto scope = all_.rbegin(); scope != all_.rend(); ++scope)
      if (const json::value* found = member(*scope, name))
        return found;
    return nullptr;
  }

  // The names that are meant by one that is unknown.
  std::string_view nearest(std::string_view name) const {
    const auto dot = name.rfind('.');
    const json::value* parent = dot == name.npos ? nullptr : find(name.substr(0, dot));
    const std::string_view last = dot == name.npos ? name : name.substr(dot + 1);
    std::vector<std::string_view> known;
    for (const json::value* scope : all_) {
      const json::value* from = dot == name.npos ? scope : parent;
      if (from && from->is_object())
        for (const auto& one : from->get_object())
          known.push_back(one.key());
    }
    return nearest_of(last, known);
  }

 private:
  static const json::value* member(const json::value* scope, std::string_view name) {
    static const json::value a_label = "";
    for (std::string_view rest = name; scope;) {
      if (!scope->is_object())
        return nullptr;
      const auto dot = rest.find('.');
      const json::value* next = scope->get_object().if_contains(rest.substr(0, dot));
      const bool of_labels =
          name.size() - rest.size() == labels_name.size() + 1 && name.starts_with(labels_name);
      if (!next && of_labels && dot == rest.npos)
        return &a_label;  // tenants have labels of their own
      if (dot == rest.npos)
        return next;
      rest.remove_prefix(dot + 1);
      scope = next;
    }
    return nullptr;
  }

  std::vector<const json::value*> all_;
};

std::string unknown(const Scopes& scopes, std::string_view name, std::string_view nobody_has) {
  if (name.starts_with(values_prefix))
    return fmt::format("the template needs {}: name its file in `template_value_files`",
                       quote(name.substr(values_prefix.size())));
  const std::string_view meant = scopes.nearest(name);
  return fmt::format("{} field {}{}", nobody_has, quote(name),
                     meant.empty() ? "" : fmt::format("; did you mean `{}`?", meant));
}

// The item of a list; what a section shows of another value.
const json::value* inside(const json::value* value) {
  static const json::value nothing;
  if (!value)
    return &nothing;
  if (!value->is_array())
    return value;
  return value->get_array().empty() ? &nothing : &value->get_array().front();
}

}  // namespace

json::value all_fields(std::span<const json::object> samples) {
  json::value all;
  for (const json::object& sample : samples)
    merge(all, sample);
  return all;
}

json::value nameable_fields(const std::set<std::string>& values) {
  json::value all;
  for (const SampleMessage& sample : sample_messages()) {
    Message message;
    message.events.assign(sample.events.begin(), sample.events.end());
    for (const std::string& name : values)
      message.values.emplace(name, name);
    message.external_url = "https://tenantscope.example";
    merge(all, message_fields(message));
  }
  add_last(all);
  all.as_object()["more"] = 1;
  return all;
}

std::vector<TemplateFinding> unknown_names(const std::vector<TemplateTag>& tags,
                                           const json::value& fields, std::string_view nobody_has) {
  std::vector<TemplateFinding> findings;
  Scopes scopes(fields);
  for (const TemplateTag& tag : tags) {
    if (tag.kind == TemplateTag::Kind::comment)
      continue;
    if (tag.kind == TemplateTag::Kind::end) {
      scopes.pop();
      continue;
    }
    const json::value* found = scopes.find(tag.name);
    if (!found)
      findings.push_back({tag.line, tag.column, unknown(scopes, tag.name, nobody_has)});
    else if (tag.kind == TemplateTag::Kind::variable && (found->is_object() || found->is_array()))
      findings.push_back({tag.line, tag.column,
                          fmt::format("{} has fields of its own: name one of them, or open a "
                                      "section of it",
                                      quote(tag.name))});
    if (tag.kind == TemplateTag::Kind::section)
      scopes.push(inside(found));
    if (tag.kind == TemplateTag::Kind::inverted)
      scopes.push(inside(nullptr));
  }
  return findings;
}

}  // namespace tenantscope
