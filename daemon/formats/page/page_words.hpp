// What several pages say in the same words: times, ages, states, sources, addresses. Fields are for
// templates; each has all its members, whatever is known. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "domain/tenant.hpp"

namespace tenantscope {

enum class Tone { good, mind, bad };

// Of a verdict or a capability.
Tone tone_of_state(std::string_view state);

// {good, mind, bad}: which of them it is.
boost::json::object tone_fields(Tone tone);

// {word, tone}
boost::json::object state_fields(std::string_view state);

// In its largest unit alone: "35s", "5m", "47h", "3d". A negative one is "0s".
std::string short_age(Duration age);

// {iso, date, clock, age, ahead}: 2026-11-23T10:00:00.000Z, 2026-11-23, 10:00:00, and how long ago
// that was, or, where it is `ahead`, in how long it will be. Null where there is no time.
boost::json::value time_fields(const std::optional<WallTime>& time, WallTime now);

// {text, href} of a source such as "Title, 2025-07-07 (https://learn.microsoft.com/...)"; href is
// null where it has no address there.
boost::json::object source_fields(std::string_view source);

// Relative to the pages' root. Hosts and guests as /explain takes them.
std::string tenant_address(const TenantKey& tenant);
std::string pair_address(std::string_view host, std::string_view guest);

}  // namespace tenantscope
