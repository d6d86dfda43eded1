#include "base/text/mailboxes.hpp"

#include <algorithm>

#include "base/text/ascii.hpp"

namespace tenantscope {

std::string without_mailboxes(std::string_view text) {
  std::string kept;
  while (!text.empty()) {
    const std::size_t word = std::min(text.find_first_of(ascii_blanks), text.size());
    const auto at = text.substr(0, word).rfind('@');
    kept += text.substr(at == text.npos ? 0 : at, word - (at == text.npos ? 0 : at));
    text.remove_prefix(word);
    const std::size_t blanks = std::min(text.find_first_not_of(ascii_blanks), text.size());
    kept += text.substr(0, blanks);
    text.remove_prefix(blanks);
  }
  return kept;
}

}  // namespace tenantscope
