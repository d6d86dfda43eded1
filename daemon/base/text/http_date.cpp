#include "base/text/http_date.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <ctime>
#include <string>

namespace tenantscope {
namespace {

constexpr std::array date_formats{"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT",
                                  "%a %b %d %H:%M:%S %Y"};
constexpr std::int64_t longest_seconds = 100LL * 365 * 24 * 3600;

std::optional<WallTime> parse_http_date(const std::string& text) {
  for (const char* format : date_formats) {
    std::tm parts{};
    const char* end = strptime(text.c_str(), format, &parts);
    if (end && *end == '\0')
      return std::chrono::sys_seconds(std::chrono::seconds(timegm(&parts)));
  }
  return std::nullopt;
}

}  // namespace

std::optional<Duration> parse_retry_after(std::string_view text, WallTime now) {
  if (text.empty())
    return std::nullopt;
  if (std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
    std::int64_t seconds = 0;
    for (char c : text)
      seconds = std::min(longest_seconds, seconds * 10 + (c - '0'));
    return std::chrono::seconds(seconds);
  }
  const auto date = parse_http_date(std::string(text));
  if (!date)
    return std::nullopt;
  return std::max(Duration::zero(), *date - now);
}

}  // namespace tenantscope
