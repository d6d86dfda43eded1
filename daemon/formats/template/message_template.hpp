// Bodies for people's channels: a Mustache template over an event's JSON, made into the JSON that a
// service takes. Values can't break out of the texts that they stand in: each is shown as it is, by
// the service's own rules (service.hpp) and by JSON's. Pure.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "formats/template/message_fields.hpp"
#include "formats/template/template_tags.hpp"

namespace tenantscope {

inline constexpr std::size_t largest_template = 64 * kib;

// The template as JSON text within the service's limits: what is too long in it is cut, lists after
// `more` of their items. Error (other): why it can't be.
Result<std::string> render(const std::string& text, const Message& message);

// All that is wrong in a template: tags, names, and what it makes of an event of each kind.
// `values`: the names of `template_value_files`.
std::vector<TemplateFinding> check_template(const std::string& text,
                                            const std::set<std::string>& values);

}  // namespace tenantscope
