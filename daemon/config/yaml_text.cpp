#include "config/yaml_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/text/utf8.hpp"
#include "config/tree_builder.hpp"

namespace tenantscope {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t block = 128;
constexpr std::size_t piece = 64 * kib;  // after which somebody may cancel

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

std::size_t count_continuations(std::string_view text) {
  return std::size_t(std::ranges::count_if(text, is_continuation));
}

bool blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// Behind the quoted text that begins at `offset`; nothing: it doesn't end.
std::optional<std::size_t> end_of_quoted(std::string_view text, std::size_t offset) {
  const char quote = text[offset];
  for (std::size_t i = offset + 1; i < text.size(); ++i) {
    const bool escape = quote == '"' ? text[i] == '\\' : text.compare(i, 2, "''") == 0;
    if (escape)
      ++i;
    else if (text[i] == quote)
      return i + 1;
  }
  return std::nullopt;
}

// Of a text in brackets: where a key in quotes ends, and where its colon is, for each whose colon
// is on a later line. A quote opens a text after a bracket, a comma or a colon only.
std::vector<std::pair<std::size_t, std::size_t>> keys_with_later_colons(std::string_view text) {
  std::vector<std::pair<std::size_t, std::size_t>> keys;
  bool may_open = true;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    const bool space = blank(c) || c == '\n';
    if (c == '#' && (at == 0 || blank(text[at - 1]) || text[at - 1] == '\n')) {
      at = std::min(text.find('\n', at), text.size());
    } else if ((c == '"' || c == '\'') && may_open) {
      at = end_of_quoted(text, at).value_or(text.size());
      may_open = false;
      const auto next = std::min(text.find_first_not_of(" \t\r\n", at), text.size());
      if (text.substr(next, 1) == ":" && text.substr(at, next - at).find('\n') != text.npos)
        keys.emplace_back(at, next);
    } else {
      may_open = space ? may_open : std::string_view("{[,:").find(c) != std::string_view::npos;
      ++at;
    }
  }
  return keys;
}

std::string_view without_comment(std::string_view line) {
  for (auto hash = line.find('#'); hash != std::string_view::npos; hash = line.find('#', hash + 1))
    if (hash == 0 || blank(line[hash - 1]))
      return line.substr(0, hash);
  return line;
}

}  // namespace

std::string_view without_byte_order_mark(std::string_view text) {
  return text.starts_with(byte_order_mark) ? text.substr(byte_order_mark.size()) : text;
}

YamlText::YamlText(std::string_view text, bool json) : text_(text) {
  if (json && text_.find("\\u") != text_.npos)
    join_escapes();
  if (json)
    bring_colons_to_keys();
  std::size_t before = 0;
  for (std::size_t i = 0; i < text_.size(); i += block) {
    continuations_.push_back(before);
    before += count_continuations(text_.substr(i, block));
  }
}

void YamlText::join_escapes() {
  std::string& joined = changed_text_;
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
  text_ = joined;
}

void YamlText::bring_colons_to_keys() {
  const auto keys = keys_with_later_colons(text_);
  if (keys.empty())
    return;
  if (changed_text_.empty())
    changed_text_ = text_;
  for (const auto& [end, colon] : keys) {
    std::rotate(&changed_text_[end], &changed_text_[colon], &changed_text_[colon] + 1);
    brought_.push_back(colon);
  }
  text_ = changed_text_;
}

std::size_t YamlText::continuations_before(std::size_t offset) const {
  if (continuations_.empty())
    return 0;
  const std::size_t last = std::min(offset / block, continuations_.size() - 1);
  return continuations_[last] +
         count_continuations(text_.substr(last * block, offset - last * block));
}

TextPlace YamlText::place(const YamlMark& mark) const {
  const std::size_t line_start = mark.offset - mark.column;
  const auto joined = std::ranges::lower_bound(joined_, mark.offset) -
                      std::ranges::lower_bound(joined_, line_start);
  const auto brought =
      std::ranges::lower_bound(brought_, mark.offset) -
      std::ranges::lower_bound(brought_, line_start - std::min<std::size_t>(line_start, 1));
  const std::size_t continuations =
      continuations_before(mark.offset) - continuations_before(line_start);
  return {int(mark.line) + 1,
          int(mark.column) + 1 - int(continuations) + 2 * int(joined) + int(brought)};
}

std::optional<TextFlaw> find_flaw(std::string_view text, const Cancelled& cancelled) {
  TextPlace place;
  std::size_t asked = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (at >= asked && is_cancelled(cancelled))
      throw ReadingEnded{};
    asked = std::max(asked, at / piece * piece + piece);
    const char c = text[at];
    if (c >= ' ' && c < 0x7f) {
      ++at;
      ++place.column;
      continue;
    }
    const std::string_view rest = text.substr(at);
    const std::size_t length = utf8_length(rest);
    if (length == 0)
      return TextFlaw{place,
                      fmt::format("not UTF-8: the byte 0x{:02x}", static_cast<unsigned char>(c))};
    const bool line_end = c == '\n' || rest.starts_with("\r\n");
    if (((c >= 0 && c < ' ') || c == 0x7f) && c != '\t' && !line_end)
      return TextFlaw{place, fmt::format("a control character, 0x{:02x}: take it out", c)};
    at += length;
    place = c == '\n' ? TextPlace{place.line + 1, 1} : TextPlace{place.line, place.column + 1};
  }
  return std::nullopt;
}

std::optional<BlankFlaw> find_blank_flaw(std::string_view text, const YamlMark& error) {
  YamlMark mark = error;
  for (int lines = 0; lines < 2; ++lines) {
    const std::size_t start = std::min(mark.offset, text.size()) - mark.column;
    const std::string_view line = text.substr(start, text.find('\n', start) - start);
    const std::string_view indentation = line.substr(0, line.find_first_not_of(" \t"));
    const auto found = [&](std::size_t at, std::string_view message) {
      return BlankFlaw{{start + at, mark.line, at}, message};
    };
    if (const auto tab = indentation.find('\t'); tab != indentation.npos)
      return found(tab, "a tab in the indentation: use spaces");
    if (const auto blank = line.find("\u00a0"); blank != line.npos)
      return found(blank, "a no-break space (U+00A0), which looks like a space and is none");
    if (start == 0 || mark.line == 0)
      break;
    const auto before = text.rfind('\n', start - 2);
    const std::size_t begin = start < 2 || before == text.npos ? 0 : before + 1;
    mark = {start - 1, mark.line - 1, start - 1 - begin};
  }
  return std::nullopt;
}

YamlMark YamlText::dash_before(const YamlMark& next) const {
  YamlMark mark = next;
  std::size_t end = next.offset;
  while (true) {
    const std::size_t line_break = end == 0 ? std::string::npos : text_.rfind('\n', end - 1);
    const std::size_t start = line_break == std::string::npos ? 0 : line_break + 1;
    const std::string_view line = without_comment(text_.substr(start, end - start));
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
  return (quote != '"' && quote != '\'') || end_of_quoted(text_, offset);
}

}  // namespace tenantscope
