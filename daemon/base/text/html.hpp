// Text for HTML, and for the addresses in it. Pure.
#pragma once

#include <string>
#include <string_view>

namespace tenantscope {

// Safe between tags and in quoted attributes. What isn't visible, or no UTF-8, becomes U+FFFD.
std::string html(std::string_view text);

// For one value of a query, or one part of a path.
std::string percent_encoded(std::string_view text);

}  // namespace tenantscope
