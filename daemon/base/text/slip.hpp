// Words that were written wrong. Pure.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace tenantscope {

// How many letters are another, too few, too many or in the wrong order. Takes time by the product
// of the lengths.
std::size_t slips_between(std::string_view a, std::string_view b);

// The one of `known` that `text` is a slip of: letters in place of others, too few, too many or in
// the wrong order, whatever their case, `-` for `_`. Empty where none is near.
std::string_view nearest_of(std::string_view text, std::span<const std::string_view> known);

}  // namespace tenantscope
