#include "storage/sqlite/sqlite_believed_time.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

namespace tenantscope::sqlite {
namespace {

constexpr std::string_view last_key = "believed_time", latest_key = "latest_believed_time";

std::string text_of(WallTime time) { return std::to_string(time.time_since_epoch().count()); }

}  // namespace

std::optional<WallTime> BelievedTime::kept(std::string_view key) {
  const auto text = meta_.value(key);
  if (!text)
    return std::nullopt;
  std::int64_t count = 0;
  std::from_chars(text->data(), text->data() + text->size(), count);
  return WallTime(Duration(count));
}

std::optional<WallTime> BelievedTime::last() {
  if (const auto told = kept(last_key))
    return told;
  Statement newest(connection_,
                   "SELECT max(time) FROM (SELECT max(time) AS time FROM journal UNION ALL "
                   "SELECT max(last_success) FROM tenants)");
  Rows row = newest();
  row.next();
  return row.null(0) ? std::nullopt : std::optional(row.time(0));
}

// A storage of before this was kept has the last one alone.
std::optional<WallTime> BelievedTime::latest() {
  return std::max(kept(latest_key), last());  // nothing is less than any
}

std::optional<WallTime> BelievedTime::kept_last() { return kept(last_key); }
std::optional<WallTime> BelievedTime::kept_latest() { return kept(latest_key); }

void BelievedTime::keep(std::optional<WallTime> last, std::optional<WallTime> latest) {
  if (last)
    meta_.set(last_key, text_of(*last));
  if (latest)
    meta_.set(latest_key, text_of(*latest));
}

void BelievedTime::set(WallTime now) {
  const auto before = std::max(kept(latest_key), kept(last_key));
  meta_.set(latest_key, text_of(std::max(now, before.value_or(now))));
  meta_.set(last_key, text_of(now));
}

}  // namespace tenantscope::sqlite
