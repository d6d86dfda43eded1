#include "formats/page/page_words.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text/html.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

}  // namespace

Tone tone_of_state(std::string_view state) {
  if (state == "supported")
    return Tone::good;
  return state == "not_supported" ? Tone::bad : Tone::mind;
}

json::object tone_fields(Tone tone) {
  return {{"good", tone == Tone::good}, {"mind", tone == Tone::mind}, {"bad", tone == Tone::bad}};
}

json::object state_fields(std::string_view state) {
  return {{"word", state}, {"tone", tone_fields(tone_of_state(state))}};
}

std::string short_age(Duration age) {
  using namespace std::chrono;
  const Duration past = std::max(age, Duration::zero());
  if (past < minutes(1))
    return fmt::format("{}s", floor<seconds>(past).count());
  if (past < hours(1))
    return fmt::format("{}m", floor<minutes>(past).count());
  if (past < hours(48))
    return fmt::format("{}h", floor<hours>(past).count());
  return fmt::format("{}d", floor<days>(past).count());
}

json::value time_fields(const std::optional<WallTime>& time, WallTime now) {
  if (!time)
    return nullptr;
  const std::string iso = rfc3339(*time);
  const bool ahead = *time > now;
  return json::object{{"iso", iso},
                      {"date", iso.substr(0, 10)},
                      {"clock", iso.substr(11, 8)},
                      {"age", short_age(ahead ? *time - now : now - *time)},
                      {"ahead", ahead}};
}

json::object source_fields(std::string_view source) {
  constexpr std::string_view opening = " (https://learn.microsoft.com/";
  const auto begin = source.rfind(opening);
  if (begin == source.npos || !source.ends_with(')'))
    return {{"text", source}, {"href", nullptr}};
  return {{"text", source.substr(0, begin)},
          {"href", source.substr(begin + 2, source.size() - begin - 3)}};
}

std::string tenant_address(const TenantKey& tenant) {
  return fmt::format("tenants/{}?cloud={}", percent_encoded(tenant.name),
                     percent_encoded(tenant.asked));
}

std::string pair_address(std::string_view host, std::string_view guest) {
  return fmt::format("explain?host={}&guest={}", percent_encoded(host), percent_encoded(guest));
}

}  // namespace tenantscope
