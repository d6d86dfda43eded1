// The tags of a Mustache template, {{name}}, {{#name}}, {{^name}}, {{/name}} and {{! comment }},
// found without rendering it; the others are refused: none leaves a value unescaped, brings another
// text in or changes how tags are written. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "formats/template/service.hpp"

namespace tenantscope {

inline constexpr std::size_t deepest_section = 16;

// What is wrong in a template, and where; lines and columns count from 1.
struct TemplateFinding {
  int line = 1;
  int column = 1;
  std::string message;
};

struct TemplateTag {
  enum class Kind { variable, section, inverted, end, comment };

  Kind kind = Kind::variable;
  std::string name;  // of a comment: its text
  int line = 1;
  int column = 1;
};

struct TemplateTags {
  std::vector<TemplateTag> tags;
  std::vector<TemplateFinding> findings;  // none: sections are closed, and each in the one around
};

TemplateTags tags_of(std::string_view text);

// For which service the template writes, as its first tag says: {{! for: slack }}.
std::optional<Service> service_of(const std::vector<TemplateTag>& tags);

}  // namespace tenantscope
