// Values that a configuration writes by their names, found strictly. For the readers of the web's
// configuration.
#pragma once

#include <algorithm>
#include <ranges>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/text/quotation.hpp"
#include "config/config_reader.hpp"

namespace tenantscope {

template <class Value>
struct Named {
  std::string_view name;
  Value value;
};

// The one of `known` (each has a `name`) that `node` writes; nullptr, with a finding, where it is
// none of them. `what` is one of them: "curve"; `others` introduces the names: "the curves are".
template <std::ranges::forward_range Known>
auto* find_named(const Known& known, std::string_view what, std::string_view others,
                 const YamlNode& node, FileFindings& findings) {
  const auto name_of = [](const auto& one) { return std::string_view(one.name); };
  const auto found = std::ranges::find(known, std::string_view(node.scalar), name_of);
  if (found != std::ranges::end(known))
    return &*found;
  std::vector<std::string_view> names;
  names.reserve(std::size_t(std::ranges::distance(known)));
  for (const auto& one : known)
    names.push_back(one.name);
  findings.add(node, fmt::format("unknown {} {}{}", what, quote(node.scalar),
                                 suggestion(node.scalar, names, others)));
  return static_cast<decltype(&*found)>(nullptr);
}

}  // namespace tenantscope
