#include "base/text/suggestion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text/slip.hpp"

namespace tenantscope {

std::string suggestion(std::string_view text, std::span<const std::string_view> known,
                       std::string_view list) {
  const std::string_view nearest = nearest_of(text, known);
  return nearest.empty() ? fmt::format("; {}: {}", list, fmt::join(known, ", "))
                         : fmt::format(", did you mean `{}`?", nearest);
}

}  // namespace tenantscope
