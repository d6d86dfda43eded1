#include "formats/template/message_template.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/format.h>
#include <kainjow/mustache.hpp>

#include "formats/template/sample_messages.hpp"
#include "formats/template/template_names.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;
namespace mustache = kainjow::mustache;

// How much of values and lists is shown: less, where the whole would be too much.
struct Room {
  std::size_t characters;  // of a value
  std::size_t items;       // of a list
};

constexpr std::array rooms{Room{1000, 40}, Room{1000, 20}, Room{500, 20}, Room{500, 10},
                           Room{256, 10},  Room{256, 5},   Room{256, 2},  Room{256, 1}};

// A message's fields as the library takes them, each value written for the service. What is empty,
// false or null opens no section and is shown as nothing.
class Values {
 public:
  Values(Service service, Room room) : service_(service), room_(room) {}

  mustache::data all(const json::object& fields) const {
    mustache::data data = of_object(fields);
    data.set("values", secrets(fields.at("values").as_object()));
    const std::size_t others = fields.at("others").as_array().size();
    data.set("more", others > room_.items ? text(std::to_string(others - room_.items))
                                          : mustache::data(false));
    return data;
  }

 private:
  mustache::data text(std::string_view value) const {
    if (value.empty())
      return false;
    return marked_up(value, service_, room_.characters);
  }

  mustache::data of(const json::value& value) const {
    switch (value.kind()) {
      case json::kind::object:
        return of_object(value.get_object());
      case json::kind::array:
        return of_array(value.get_array());
      case json::kind::string:
        return text(value.get_string());
      case json::kind::bool_:
        return value.get_bool() ? mustache::data("true") : mustache::data(false);
      case json::kind::null:
        return false;
      default:
        return json::serialize(value);
    }
  }

  mustache::data of_object(const json::object& object) const {
    if (object.empty())
      return false;
    mustache::data data;
    for (const auto& member : object)
      data.set(std::string(member.key()), of(member.value()));
    return data;
  }

  mustache::data of_array(const json::array& array) const {
    mustache::data list{mustache::data::type::list};
    const std::size_t shown = std::min(array.size(), room_.items);
    for (std::size_t i = 0; i < shown; ++i) {
      mustache::data item = of(array[i]);
      if (item.is_object())
        item.set("last", i + 1 == shown);
      list.push_back(item);
    }
    return list;
  }

  // Those are the operator's own, and whole.
  static mustache::data secrets(const json::object& values) {
    mustache::data data;
    for (const auto& member : values)
      data.set(std::string(member.key()), std::string(member.value().as_string()));
    return data;
  }

  Service service_;
  Room room_;
};

std::string json_escaped(const std::string& text) {
  const std::string quoted = json::serialize(json::string_view(text));
  return quoted.substr(1, quoted.size() - 2);
}

// `key`: of the member that it is; of a list's item, the list's.
bool fits(const json::value& value, std::string_view key, const MessageLimits& limits) {
  if (value.is_array()) {
    const std::size_t most = key == "elements" || key == "fields" ? limits.row : limits.items;
    return value.get_array().size() <= most &&
           std::ranges::all_of(value.get_array(),
                               [&](const json::value& item) { return fits(item, key, limits); });
  }
  if (value.is_object())
    return std::ranges::all_of(value.get_object(), [&](const auto& member) {
      return fits(member.value(), member.key(), limits);
    });
  return !value.is_string() || utf16_units(value.get_string()) <= limits.characters;
}

Result<std::string> render_for(Service service, const std::string& text,
                               const json::object& fields) {
  mustache::mustache view(text);
  if (!view.is_valid())
    return Error{ErrorKind::other, view.error_message()};
  view.set_custom_escape(json_escaped);
  const MessageLimits limits = limits_of(service);
  for (const Room& room : rooms) {
    std::string body = view.render(Values(service, room).all(fields));
    boost::system::error_code broken;
    const json::value parsed = json::parse(body, broken);
    if (broken)
      return Error{ErrorKind::other, "it isn't JSON: " + broken.message()};
    if (body.size() <= limits.bytes && fits(parsed, "", limits))
      return body;
  }
  return Error{ErrorKind::other,
               fmt::format("it is more than the service takes: {} bytes, texts of {} characters, "
                           "lists of {} items",
                           limits.bytes, limits.characters, limits.items)};
}

void check_samples(Service service, const std::string& text, const std::set<std::string>& values,
                   std::vector<TemplateFinding>& findings) {
  for (const SampleMessage& sample : sample_messages()) {
    Message message;
    message.events.assign(sample.events.begin(), sample.events.end());
    for (const std::string& name : values)
      message.values.emplace(name, name);
    const auto body = render_for(service, text, message_fields(message));
    if (body)
      continue;
    findings.push_back(
        {1, 1, fmt::format("what it makes of {}: {}", sample.kind, body.error().detail)});
    return;  // one is enough to mend
  }
}

}  // namespace

Result<std::string> render(const std::string& text, const Message& message) {
  const auto service = service_of(tags_of(text).tags);
  if (!service)
    return Error{ErrorKind::other, "the template doesn't say for which service it is"};
  return render_for(*service, text, message_fields(message));
}

std::vector<TemplateFinding> check_template(const std::string& text,
                                            const std::set<std::string>& values) {
  TemplateTags tags = tags_of(text);
  std::vector<TemplateFinding> findings = std::move(tags.findings);
  const auto service = service_of(tags.tags);
  if (!service)
    findings.insert(findings.begin(),
                    {1, 1,
                     "a template begins with the service that it writes for, whose marks are "
                     "escaped in values: {{! for: slack }}, teams, pagerduty or other"});
  if (findings.empty())
    findings = unknown_names(tags.tags, nameable_fields(values));
  if (findings.empty())
    check_samples(*service, text, values, findings);
  return findings;
}

}  // namespace tenantscope
