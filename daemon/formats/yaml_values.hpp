// Values as YAML writes them, on one line. Pure.
#pragma once

#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace tenantscope::yaml {

// A text in quotes.
std::string scalar(std::string_view text);

// "[a, b]"; the items are written already.
std::string list(const std::vector<std::string>& items);

template <class Values, class Write>
std::string list_of(const Values& values, Write write) {
  std::vector<std::string> items;
  items.reserve(std::size(values));
  for (const auto& value : values)
    items.emplace_back(write(value));
  return list(items);
}

}  // namespace tenantscope::yaml
