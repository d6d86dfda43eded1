#include "base/text/slip.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "base/text/ascii.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t longest_slip = 40;

std::string lower_with_underscores(std::string_view text) {
  std::string lowered = lower(text);
  std::ranges::replace(lowered, '-', '_');
  return lowered;
}

}  // namespace

// Levenshtein's distance, with two letters in the wrong order as one mistake.
std::size_t slips_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last, last(b.size() + 1), now(b.size() + 1);
  std::iota(last.begin(), last.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        now[j] = std::min(now[j], before_last[j - 2] + 1);
    }
    before_last = std::exchange(last, now);
  }
  return last[b.size()];
}

std::string_view nearest_of(std::string_view text, std::span<const std::string_view> known) {
  std::string_view nearest;
  if (text.size() > longest_slip)
    return nearest;
  std::size_t least = longest_slip;
  const std::string slip = lower_with_underscores(text);
  for (const std::string_view word : known) {
    const std::size_t mistakes = slips_between(slip, lower_with_underscores(word));
    if (mistakes < least && mistakes <= std::max<std::size_t>(1, word.size() / 3)) {
      nearest = word;
      least = mistakes;
    }
  }
  return nearest;
}

}  // namespace tenantscope
