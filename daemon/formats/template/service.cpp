#include "formats/template/service.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/text/visible.hpp"

namespace tenantscope {
namespace {

constexpr std::string_view ellipsis = "\u2026";

// https://docs.slack.dev/messaging/formatting-message-text: these three and no other.
std::string_view slack_mark(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    default:
      return {};
  }
}

// Of Markdown, of which Adaptive Cards take a part, and of their functions such as {{DATE()}}. A
// dash and a plus mark a list where a text begins.
bool is_teams_mark(char c, bool begins) {
  constexpr std::string_view marks = "\\`*_{}[]()<>#|~!&";
  return marks.find(c) != std::string_view::npos || (begins && (c == '-' || c == '+'));
}

std::string marked_up(const Character& character, Service service, bool begins) {
  std::string out;
  if (!character.visible || character.bytes.size() > 1) {
    append_visible(out, character);
    return out;
  }
  const char c = character.bytes.front();
  const std::string_view slack = service == Service::slack ? slack_mark(c) : std::string_view();
  if (!slack.empty())
    return std::string(slack);
  if (service == Service::teams && is_teams_mark(c, begins))
    out += '\\';
  return out + c;
}

}  // namespace

std::string_view to_string(Service service) {
  switch (service) {
    case Service::slack:
      return "slack";
    case Service::teams:
      return "teams";
    case Service::pagerduty:
      return "pagerduty";
    case Service::other:
      return "other";
  }
  return "";
}

std::optional<Service> service_named(std::string_view name) {
  const auto* const found =
      std::ranges::find(services, name, [](Service one) { return to_string(one); });
  return found == services.end() ? std::nullopt : std::optional(*found);
}

MessageLimits limits_of(Service service) {
  switch (service) {
    case Service::slack:  // a text of a block, blocks of a message
      return {.bytes = 256 * kib, .characters = 3'000, .items = 50, .row = 10};
    case Service::teams:  // a message of a workflow: 28 KB
      return {.bytes = 28'000, .characters = 28'000, .items = 1'000};
    case Service::pagerduty:  // an event: 512 KB, its summary: 1,024 characters
      return {.bytes = 512'000, .characters = 1'024, .items = 1'000};
    case Service::other:
      break;
  }
  return {.bytes = 1 * mib, .characters = 1 * mib, .items = 10'000};
}

// A byte that begins no character is of the one before it; four bytes are two units.
std::size_t utf16_units(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    count += (byte & 0xc0) == 0x80 ? 0 : byte >= 0xf0 ? 2 : 1;
  }
  return count;
}

std::string marked_up(std::string_view text, Service service, std::size_t most) {
  std::string out;
  std::size_t used = 0;
  std::size_t fits = 0;  // how much of `out` leaves room for an ellipsis
  for (std::string_view rest = text; !rest.empty();) {
    const Character character = take_character(rest);
    const std::string written = marked_up(character, service, out.empty());
    used += utf16_units(written);
    if (used > most) {
      out.resize(fits);
      return out.append(ellipsis);
    }
    out += written;
    if (used < most)
      fits = out.size();
  }
  return out;
}

}  // namespace tenantscope
