// A threshold as the Monitoring Plugins guidelines write it: a range that a value has to stay in
// (or, with `@`, out of). Pure.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace tenantscope {

struct Range {
  double start = 0;
  double end = std::numeric_limits<double>::infinity();
  bool inside = false;  // `@`: it is the values in the range that are wrong
  std::string text;     // as it was written

  // The ends belong to the range.
  bool alerts(double value) const { return (start <= value && value <= end) == inside; }
};

// "10", "10:", "~:10", "10:20", "@10:20". Nothing for anything else, and where the end is below the
// start.
std::optional<Range> parse_range(std::string_view text);

}  // namespace tenantscope
