// An example for users with all that it explains.
#pragma once

#include <fstream>
#include <string>

namespace tenantscope {

// What follows a bare `#` is configuration, put out of action.
inline std::string with_examples(const std::string& file) {
  std::ifstream stream(file);
  std::string text;
  bool example = false;
  for (std::string line; std::getline(stream, line); text += line + "\n") {
    const auto at = line.find_first_not_of(' ');
    const bool comment = at != std::string::npos && line[at] == '#';
    if (comment && example)
      line.erase(at, 2);
    example = comment && (example || at + 1 == line.size());
  }
  return text;
}

}  // namespace tenantscope
