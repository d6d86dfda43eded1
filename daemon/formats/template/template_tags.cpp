#include "formats/template/template_tags.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text/quotation.hpp"

namespace tenantscope {
namespace {

using Kind = TemplateTag::Kind;

constexpr std::string_view opening = "{{";
constexpr std::string_view closing = "}}";
constexpr std::string_view service_key = "for:";

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n\v\f";
  const auto begin = text.find_first_not_of(blanks);
  return begin == text.npos ? std::string_view()
                            : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

class TagScanner {
 public:
  explicit TagScanner(std::string_view text) : text_(text) {}

  TemplateTags scan() {
    while (go_to(text_.find(opening, at_)) && take_tag()) {
    }
    for (const TemplateTag& section : sections_)
      found_.findings.push_back({section.line, section.column,
                                 fmt::format("the section `{}` isn't closed", section.name)});
    return std::move(found_);
  }

 private:
  // Keeps count of lines. False: there is nothing there.
  bool go_to(std::size_t place) {
    if (place == text_.npos)
      return false;
    for (; at_ < place; ++at_) {
      ++column_;
      if (text_[at_] != '\n')
        continue;
      ++line_;
      column_ = 1;
    }
    return true;
  }

  void refuse(std::string message) {
    found_.findings.push_back({line_, column_, std::move(message)});
  }

  // False: what follows can't be understood.
  bool take_tag() {
    const std::size_t end = text_.find(closing, at_ + opening.size());
    if (end == text_.npos) {
      refuse("this tag isn't closed by `}}`");
      return false;
    }
    const std::size_t begin = at_ + opening.size();
    const std::string_view inside = without_blanks(text_.substr(begin, end - begin));
    if (const std::string_view why = refused(inside); !why.empty()) {
      refuse(std::string(why));
      return false;
    }
    take(inside);
    return go_to(end + closing.size());
  }

  static std::string_view refused(std::string_view inside) {
    switch (inside.empty() ? ' ' : inside.front()) {
      case '{':
      case '&':
        return "each value is escaped: write `{{name}}`";
      case '>':
        return "a template can't bring another one in";
      case '=':
        return "tags are written in `{{` and `}}` only";
      default:
        return {};
    }
  }

  void take(std::string_view inside) {
    TemplateTag tag{.kind = Kind::variable, .name = {}, .line = line_, .column = column_};
    switch (inside.empty() ? ' ' : inside.front()) {
      case '#':
        tag.kind = Kind::section;
        break;
      case '^':
        tag.kind = Kind::inverted;
        break;
      case '/':
        tag.kind = Kind::end;
        break;
      case '!':
        tag.kind = Kind::comment;
        break;
      default:
        break;
    }
    tag.name = without_blanks(inside.substr(tag.kind == Kind::variable ? 0 : 1));
    if (tag.name.empty() && tag.kind != Kind::comment)
      return refuse("this tag has no name");
    nest(tag);
    found_.tags.push_back(std::move(tag));
  }

  void nest(const TemplateTag& tag) {
    if (tag.kind == Kind::section || tag.kind == Kind::inverted) {
      if (sections_.size() == deepest_section)
        refuse(fmt::format("sections are {} deep at most", deepest_section));
      sections_.push_back(tag);
    } else if (tag.kind == Kind::end) {
      if (sections_.empty())
        return refuse(fmt::format("no section {} is open here", quote(tag.name)));
      if (sections_.back().name != tag.name)
        refuse(fmt::format("the section {} of line {} has to be closed before {}",
                           quote(sections_.back().name), sections_.back().line, quote(tag.name)));
      sections_.pop_back();
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  int column_ = 1;
  std::vector<TemplateTag> sections_;  // that are open
  TemplateTags found_;
};

}  // namespace

TemplateTags tags_of(std::string_view text) { return TagScanner(text).scan(); }

std::optional<Service> service_of(const std::vector<TemplateTag>& tags) {
  if (tags.empty() || tags.front().kind != Kind::comment)
    return std::nullopt;
  const std::string_view said = tags.front().name;
  if (!said.starts_with(service_key))
    return std::nullopt;
  return service_named(without_blanks(said.substr(service_key.size())));
}

}  // namespace tenantscope
