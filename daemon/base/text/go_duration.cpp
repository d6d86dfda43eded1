#include "base/text/go_duration.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace tenantscope {
namespace {

constexpr std::array<std::pair<std::string_view, double>, 8> units{{{"ns", 1},
                                                                    {"us", 1e3},
                                                                    {"\u00b5s", 1e3},
                                                                    {"\u03bcs", 1e3},
                                                                    {"ms", 1e6},
                                                                    {"s", 1e9},
                                                                    {"m", 60e9},
                                                                    {"h", 3600e9}}};
constexpr double longest = 9.2e18;

std::string_view take(std::string_view& text, std::size_t size) {
  const std::string_view taken = text.substr(0, size);
  text.remove_prefix(taken.size());
  return taken;
}

}  // namespace

std::optional<std::chrono::nanoseconds> parse_go_duration(std::string_view text) {
  constexpr std::string_view digits = "0123456789.";
  if (text == "0")
    return std::chrono::nanoseconds(0);
  if (text.empty())
    return std::nullopt;
  double total = 0;
  while (!text.empty()) {
    const std::string_view number =
        take(text, std::min(text.find_first_not_of(digits), text.size()));
    const std::string_view unit = take(text, std::min(text.find_first_of(digits), text.size()));
    double value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value,
                                              std::chars_format::fixed);
    if (number.empty() || error != std::errc{} || end != number.data() + number.size())
      return std::nullopt;
    const auto* known = std::find_if(units.begin(), units.end(),
                                     [unit](const auto& one) { return one.first == unit; });
    if (known == units.end())
      return std::nullopt;
    total += value * known->second;
  }
  if (total > longest)
    return std::nullopt;
  return std::chrono::nanoseconds(static_cast<std::int64_t>(total));
}

}  // namespace tenantscope
