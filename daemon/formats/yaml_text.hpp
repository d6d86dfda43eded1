// The pieces of YAML that is written on one line. Pure.
#pragma once

#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace tenantscope {

inline constexpr std::string_view masked_secret = "<secret>";

namespace yaml {

// A text in quotes, whatever is in it.
std::string scalar(std::string_view text);

// "[a, b]" of what is YAML already.
std::string list(const std::vector<std::string>& items);
// "{a: b, c: d}"
std::string map(const std::vector<std::string>& items);

template <class Values, class Write>
std::string list_of(const Values& values, Write write) {
  std::vector<std::string> items;
  items.reserve(std::size(values));
  for (const auto& value : values)
    items.emplace_back(write(value));
  return list(items);
}

}  // namespace yaml
}  // namespace tenantscope
