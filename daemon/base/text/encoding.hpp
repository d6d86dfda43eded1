// A text out of the bytes of a file that people's programs have written: UTF-8 with or without a
// byte order mark, or UTF-16 of either order. Pure.
#pragma once

#include <string>

#include "base/result.hpp"

namespace tenantscope {

inline constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

// UTF-8 without a mark. It may still have bytes that are no UTF-8: these are their lines' findings.
// Error: what the bytes are instead of a text, such as an Excel workbook or HTML, and what to do.
Result<std::string> decode_text(std::string bytes);

}  // namespace tenantscope
