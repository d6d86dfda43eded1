#include "formats/template/html_template.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <kainjow/mustache.hpp>
#include <stdexcept>

#include "base/text/html.hpp"
#include "formats/template/template_names.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

kainjow::mustache::data data_of(const json::value& value);

kainjow::mustache::data data_of_object(const json::object& object) {
  if (object.empty())
    return false;
  kainjow::mustache::data data;
  for (const auto& member : object)
    data.set(std::string(member.key()), data_of(member.value()));
  return data;
}

kainjow::mustache::data data_of_array(const json::array& array) {
  kainjow::mustache::data list{kainjow::mustache::data::type::list};
  for (const json::value& item : array)
    list.push_back(data_of(item));
  return list;
}

kainjow::mustache::data data_of_text(std::string_view text) {
  if (text.empty())
    return false;
  return std::string(text);
}

kainjow::mustache::data data_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::object:
      return data_of_object(value.get_object());
    case json::kind::array:
      return data_of_array(value.get_array());
    case json::kind::string:
      return data_of_text(value.get_string());
    case json::kind::bool_:
      return value.get_bool();
    case json::kind::null:
      return false;
    default:
      return json::serialize(value);
  }
}

}  // namespace

std::string render_html(std::string_view text, const json::object& fields) {
  kainjow::mustache::mustache view{std::string(text)};
  if (!view.is_valid())
    throw std::logic_error("a page's template: " + view.error_message());
  view.set_custom_escape([](const std::string& value) { return html(value); });
  return view.render(data_of_object(fields));
}

std::vector<TemplateFinding> check_html(std::string_view text,
                                        std::span<const json::object> samples) {
  const TemplateTags tags = tags_of(text);
  if (!tags.findings.empty())
    return tags.findings;
  return unknown_names(tags.tags, all_fields(samples), "this page has no");
}

}  // namespace tenantscope
