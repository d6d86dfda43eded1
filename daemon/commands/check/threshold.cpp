#include "commands/check/threshold.hpp"

#include <algorithm>
#include <charconv>

namespace tenantscope {
namespace {

// Digits with a sign and a point at most: from_chars alone would take "inf" and "1e3" too, which no
// reader of perfdata does.
std::optional<double> read_number(std::string_view text) {
  if (!std::ranges::all_of(text,
                           [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == '-'; }))
    return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

}  // namespace

std::optional<Range> parse_range(std::string_view text) {
  Range range{.text = std::string(text)};
  if (text.starts_with('@')) {
    range.inside = true;
    text.remove_prefix(1);
  }
  if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    const std::string_view start = text.substr(0, colon);
    const auto number =
        start == "~" ? -std::numeric_limits<double>::infinity() : read_number(start);
    if (!number)
      return std::nullopt;
    range.start = *number;
    text.remove_prefix(colon + 1);
    if (text.empty())
      return range;
  }
  const auto end = read_number(text);
  if (!end || *end < range.start)
    return std::nullopt;
  range.end = *end;
  return range;
}

}  // namespace tenantscope
