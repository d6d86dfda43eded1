#include "formats/metric_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace tenantscope {
namespace {

constexpr std::size_t longest_number = 32;

}  // namespace

MetricText& MetricText::escaped(std::string_view text, bool quotes) {
  for (const char c : text) {
    if (c == '\\')
      raw("\\\\");
    else if (c == '\n')
      raw("\\n");
    else if (c == '"' && quotes)
      raw("\\\"");
    else
      raw({&c, 1});
  }
  return *this;
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
