// The services whose channels people read: how a text is written so that each shows it as it is,
// and how much each takes. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tenantscope {

enum class Service { slack, teams, pagerduty, other };
inline constexpr std::array services{Service::slack, Service::teams, Service::pagerduty,
                                     Service::other};
std::string_view to_string(Service service);
std::optional<Service> service_named(std::string_view name);

// What a message may measure, as the service's documentation says.
struct MessageLimits {
  std::size_t bytes;        // of the whole message
  std::size_t characters;   // of each text in it, in UTF-16 units
  std::size_t items;        // of each list in it
  std::size_t row = items;  // of the lists `elements` and `fields`, which are shown side by side
};

MessageLimits limits_of(Service service);

// How long a text is for a service. REQUIRES: UTF-8.
std::size_t utf16_units(std::string_view text);

// `text` where the service obeys marks in it: shown as it is, and what isn't visible as an escape.
// It measures `most` UTF-16 units at most, marks included: what is longer is cut between two
// characters and ends with an ellipsis.
std::string marked_up(std::string_view text, Service service, std::size_t most);

}  // namespace tenantscope
