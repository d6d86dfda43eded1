#include "base/time.hpp"

#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>

#include <fmt/format.h>

namespace tenantscope {
namespace {

struct Unit {
  std::string_view name;
  Duration length;
};
constexpr std::array units{Unit{"d", std::chrono::days(1)}, Unit{"h", std::chrono::hours(1)},
                           Unit{"m", std::chrono::minutes(1)}, Unit{"s", std::chrono::seconds(1)},
                           Unit{"ms", Duration(1)}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes exactly `digits` digits off the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits)
    return std::nullopt;
  int value = 0;
  for (char c : text.substr(0, digits)) {
    if (!is_digit(c))
      return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos)
    return false;
  text.remove_prefix(1);
  return true;
}

void put_number(std::string& text, std::size_t at, std::size_t digits, int value) {
  for (std::size_t i = digits; i > 0; --i, value /= 10)
    text[at + i - 1] = char('0' + value % 10);
}

// What RFC 3339 ends with: "Z", or the hours and minutes east of Greenwich.
std::optional<Duration> take_offset(std::string_view& text) {
  if (take(text, "Zz"))
    return Duration(0);
  const bool east = !text.empty() && text.front() == '+';
  if (!take(text, "+-"))
    return std::nullopt;
  const auto hours = take_number(text, 2);
  if (!hours || !take(text, ":"))
    return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || *hours > 23 || *minutes > 59)
    return std::nullopt;
  const Duration offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return east ? offset : -offset;
}

}  // namespace

std::string rfc3339(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::string text = "0000-00-00T00:00:00.000Z";
  put_number(text, 0, 4, int(date.year()));
  put_number(text, 5, 2, int(unsigned(date.month())));
  put_number(text, 8, 2, int(unsigned(date.day())));
  put_number(text, 11, 2, int(clock.hours().count()));
  put_number(text, 14, 2, int(clock.minutes().count()));
  put_number(text, 17, 2, int(clock.seconds().count()));
  put_number(text, 20, 3, int(clock.subseconds().count()));
  return text;
}

std::optional<WallTime> parse_rfc3339(std::string_view text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, "-"))
    return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, "-"))
    return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day || !take(text, "Tt "))
    return std::nullopt;
  const auto hour = take_number(text, 2);
  if (!hour || !take(text, ":"))
    return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || !take(text, ":"))
    return std::nullopt;
  const auto second = take_number(text, 2);
  if (!second)
    return std::nullopt;

  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(unsigned(*month)),
                                         std::chrono::day(unsigned(*day))};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60)
    return std::nullopt;
  WallTime time = std::chrono::sys_days(date) + std::chrono::hours(*hour) +
                  std::chrono::minutes(*minute) + std::chrono::seconds(*second);

  if (take(text, ".")) {
    if (text.empty() || !is_digit(text.front()))
      return std::nullopt;
    for (int scale = 100; !text.empty() && is_digit(text.front()); scale /= 10) {
      time += Duration((text.front() - '0') * scale);
      text.remove_prefix(1);
    }
  }
  const auto east_of_utc = take_offset(text);
  if (!east_of_utc || !text.empty())
    return std::nullopt;
  return time - *east_of_utc;
}

std::optional<Duration> parse_duration(std::string_view text) {
  constexpr std::int64_t longest = Duration(std::chrono::days(36500)).count();
  std::int64_t total = 0;
  std::size_t next_unit = 0;
  if (text.empty())
    return std::nullopt;
  while (!text.empty()) {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || !is_digit(text.front()))
      return std::nullopt;
    text.remove_prefix(std::size_t(end - text.data()));

    std::size_t letters = 0;
    while (letters < text.size() && !is_digit(text[letters]))
      ++letters;
    while (next_unit < units.size() && units[next_unit].name != text.substr(0, letters))
      ++next_unit;
    if (next_unit == units.size())
      return std::nullopt;
    const std::int64_t length = units[next_unit++].length.count();
    if (count > (longest - total) / length)
      return std::nullopt;
    total += count * length;
    text.remove_prefix(letters);
  }
  return Duration(total);
}

std::string to_string(Duration duration) {
  if (duration == Duration::zero())
    return "0s";
  std::string text;
  for (const Unit& unit : units) {
    if (const auto count = duration / unit.length)
      text += fmt::format("{}{}", count, unit.name);
    duration %= unit.length;
  }
  return text;
}

double unix_seconds(WallTime time) { return double(time.time_since_epoch().count()) / 1000; }

}  // namespace tenantscope
