#include "formats/metric_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

namespace tenantscope {
namespace {

constexpr std::size_t longest_number = 32;

bool stays(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

bool is_in_names(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

MetricText& MetricText::escaped(std::string_view text, bool quotes) {
  while (!text.empty()) {
    const auto other = std::ranges::find_if_not(text, stays);
    raw(text.substr(0, std::size_t(other - text.begin())));
    text.remove_prefix(std::size_t(other - text.begin()));
    if (!text.empty())
      other_character(take_character(text), quotes);
  }
  return *this;
}

// The format has escapes for three characters only: those of the others are part of the text.
void MetricText::other_character(const Character& character, bool quotes) {
  if (character.bytes == "\n") {
    raw("\\n");
  } else if (character.bytes == "\\" || (character.bytes == "\"" && quotes)) {
    raw("\\").raw(character.bytes);
  } else if (character.visible) {
    raw(character.bytes);
  } else {
    std::string shown;
    append_visible(shown, character);
    for (const char c : shown)
      raw(c == '\\' ? "\\\\" : std::string_view(&c, 1));
  }
}

MetricText& MetricText::label(std::string_view name, std::string_view value) {
  return raw(name).raw("=\"").escaped(value).raw("\"");
}

MetricText& MetricText::named_label(std::string_view name, std::string_view value) {
  std::string_view rest = name;
  while (!rest.empty()) {
    const auto other = std::ranges::find_if_not(rest, is_in_names);
    raw(rest.substr(0, std::size_t(other - rest.begin())));
    rest.remove_prefix(std::size_t(other - rest.begin()));
    if (rest.empty())
      break;
    raw("_");
    rest.remove_prefix(1);
  }
  return label("", value);
}

MetricText& MetricText::number(double value) {
  if (std::isnan(value))
    return raw("NaN");
  if (std::isinf(value))
    return raw(value > 0 ? "+Inf" : "-Inf");
  char* const at = room(longest_number);
  const bool whole = std::abs(value) < 1e15 && value == std::trunc(value);
  const auto result = whole ? std::to_chars(at, at + longest_number, std::int64_t(value))
                            : std::to_chars(at, at + longest_number, value);
  size_ += std::size_t(result.ptr - at);
  return *this;
}

MetricText& MetricText::number(std::uint64_t value) {
  char* const at = room(longest_number);
  size_ += std::size_t(std::to_chars(at, at + longest_number, value).ptr - at);
  return *this;
}

void MetricText::grow(std::size_t more) {
  const std::size_t larger = std::max({2 * capacity_, size_ + more, std::size_t(1024)});
  auto moved = std::make_unique_for_overwrite<char[]>(larger);
  if (size_ > 0)
    std::memcpy(moved.get(), room_.get(), size_);
  room_ = std::move(moved);
  capacity_ = larger;
}

}  // namespace tenantscope
