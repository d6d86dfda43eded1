// What somebody may have meant who wrote none of the known words. Any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tenantscope {

// ", did you mean `NAME`?" with the one of `known` that `text` is a slip of; where none is near, ";
// LIST: " and all of them.
std::string suggestion(std::string_view text, std::span<const std::string_view> known,
                       std::string_view list);

}  // namespace tenantscope
