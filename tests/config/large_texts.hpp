// Texts made of the same again and again, and what is said of a configuration.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "config/findings.hpp"

namespace tenantscope {

// `piece` again and again until that size.
inline std::string repeated(std::string_view piece, std::size_t size, const std::string& begin = "",
                            const std::string& end = "") {
  std::string body(piece);
  while (begin.size() + body.size() < size)
    body += std::string(
        body, 0,
        std::min(body.size(), size - begin.size() - body.size()) / piece.size() * piece.size() +
            piece.size());
  return begin + body + end;
}

// `before`, a number and `after` that often.
inline std::string numbered(std::size_t count, std::string_view before, std::string_view after,
                            const std::string& begin, const std::string& end = "") {
  std::string text = begin;
  for (std::size_t i = 0; i < count; ++i)
    text.append(before).append(std::to_string(i)).append(after);
  return text + end;
}

inline std::vector<std::string> messages(const std::vector<ConfigFinding>& findings) {
  std::vector<std::string> all;
  all.reserve(findings.size());
  for (const ConfigFinding& finding : findings)
    all.push_back(to_string(finding));
  return all;
}

}  // namespace tenantscope
