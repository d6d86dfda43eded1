#include "config/yaml_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include <fmt/format.h>

#include "base/text/utf8.hpp"

namespace tenantscope {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// "\ud83d" -> 0xd83d
std::optional<std::uint32_t> unicode_escape(std::string_view text) {
  std::uint32_t code = 0;
  if (text.size() < 6 || !text.starts_with("\\u"))
    return std::nullopt;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + 6, code, 16);
  if (error != std::errc{} || end != text.data() + 6)
    return std::nullopt;
  return code;
}

std::optional<std::uint32_t> escaped_pair(std::string_view text) {
  const auto high = unicode_escape(text);
  if (!high || *high < 0xD800 || *high > 0xDBFF)
    return std::nullopt;
  const auto low = unicode_escape(text.substr(6));
  if (!low || *low < 0xDC00 || *low > 0xDFFF)
    return std::nullopt;
  return 0x10000 + ((*high - 0xD800) << 10) + (*low - 0xDC00);
}

int count_between(const std::vector<std::size_t>& offsets, std::size_t begin, std::size_t end) {
  return int(std::ranges::lower_bound(offsets, end) - std::ranges::lower_bound(offsets, begin));
}

bool blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view without_comment(std::string_view line) {
  for (auto hash = line.find('#'); hash != std::string_view::npos; hash = line.find('#', hash + 1))
    if (hash == 0 || blank(line[hash - 1]))
      return line.substr(0, hash);
  return line;
}

}  // namespace

YamlText::YamlText(std::string_view text, bool json)
    : text_(text.starts_with(byte_order_mark) ? text.substr(3) : text) {
  if (json && text_.find("\\u") != std::string::npos)
    join_escapes();
  for (std::size_t i = 0; i < text_.size(); ++i)
    if (is_continuation(text_[i]))
      continuations_.push_back(i);
}

void YamlText::join_escapes() {
  std::string joined;
  joined.reserve(text_.size());
  for (std::string_view rest = text_; !rest.empty();) {
    if (const auto code = escaped_pair(rest)) {
      joined_.push_back(joined.size());
      joined += fmt::format("\\U{:08x}", *code);
      rest.remove_prefix(12);
    } else {
      const std::size_t taken = std::min<std::size_t>(rest.front() == '\\' ? 2 : 1, rest.size());
      joined.append(rest, 0, taken);
      rest.remove_prefix(taken);
    }
  }
  text_ = std::move(joined);
}

TextPlace YamlText::place(const YamlMark& mark) const {
  const std::size_t line_start = mark.offset - mark.column;
  return {int(mark.line) + 1, int(mark.column) + 1 -
                                  count_between(continuations_, line_start, mark.offset) +
                                  2 * count_between(joined_, line_start, mark.offset)};
}

std::optional<YamlText::Flaw> YamlText::flaw() const {
  YamlMark mark;
  while (mark.offset < text_.size()) {
    const std::string_view rest = std::string_view(text_).substr(mark.offset);
    const char c = rest.front();
    const std::size_t length = utf8_length(rest);
    if (length == 0)
      return Flaw{place(mark),
                  fmt::format("not UTF-8: the byte 0x{:02x}", static_cast<unsigned char>(c))};
    const bool line_end = c == '\n' || rest.starts_with("\r\n");
    if (((c >= 0 && c < ' ') || c == 0x7f) && c != '\t' && !line_end)
      return Flaw{place(mark), fmt::format("a control character, 0x{:02x}: take it out", c)};

    mark.offset += length;
    mark.column += length;
    if (c == '\n') {
      ++mark.line;
      mark.column = 0;
    }
  }
  return std::nullopt;
}

YamlMark YamlText::dash_before(const YamlMark& next) const {
  YamlMark mark = next;
  std::size_t end = next.offset;
  while (true) {
    const std::size_t line_break = end == 0 ? std::string::npos : text_.rfind('\n', end - 1);
    const std::size_t start = line_break == std::string::npos ? 0 : line_break + 1;
    const std::string_view line =
        without_comment(std::string_view(text_).substr(start, end - start));
    if (const auto dash = line.rfind('-'); dash != std::string_view::npos)
      return {start + dash, mark.line, dash};
    if (start == 0 || mark.line == 0)
      return next;
    end = line_break;
    --mark.line;
  }
}

bool YamlText::quote_closed(std::size_t offset) const {
  const char quote = offset < text_.size() ? text_[offset] : '\0';
  if (quote != '"' && quote != '\'')
    return true;
  for (std::size_t i = offset + 1; i < text_.size(); ++i) {
    if (quote == '"' && text_[i] == '\\')
      ++i;
    else if (quote == '\'' && text_.compare(i, 2, "''") == 0)
      ++i;
    else if (text_[i] == quote)
      return true;
  }
  return false;
}

}  // namespace tenantscope
