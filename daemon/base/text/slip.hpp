// Words that were written wrong. Pure.
#pragma once

#include <span>
#include <string_view>

namespace tenantscope {

// The one of `known` that `text` is a slip of: letters in place of others, too few, too many or in
// the wrong order, whatever their case, `-` for `_`. Empty where none is near.
std::string_view nearest_of(std::string_view text, std::span<const std::string_view> known);

}  // namespace tenantscope
