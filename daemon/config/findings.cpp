#include "config/findings.hpp"

#include <tuple>

#include <fmt/format.h>

namespace tenantscope {

std::strong_ordering ConfigFinding::operator<=>(const ConfigFinding& other) const {
  const auto order = [](const ConfigFinding& finding) {
    return std::tie(finding.file, finding.sums_up, finding.line, finding.column, finding.message);
  };
  return order(*this) <=> order(other);
}

std::string to_string(const ConfigFinding& finding) {
  return fmt::format("{}:{}:{}: {}", finding.file, finding.line, finding.column, finding.message);
}

std::string to_string(const std::vector<ConfigFinding>& findings) {
  std::string text;
  for (const ConfigFinding& finding : findings)
    text += (text.empty() ? "" : "\n") + to_string(finding);
  return text;
}

void FileFindings::add(TextPlace at, std::string message) {
  if (shown_ < most_findings) {
    ++shown_;
    all.push_back({file, at.line, at.column, std::move(message)});
    return;
  }
  if (more_++ == 0) {
    sum_ = all.size();
    all.push_back({file, at.line, at.column, {}, true});
  }
  sum_up("");
}

bool FileFindings::end_reading() {
  if (more_ > 0)
    sum_up("; reading ended here");
  return more_ > 0 || is_cancelled(cancelled);
}

void FileFindings::sum_up(std::string_view ending) {
  all[sum_].message = fmt::format("and {} more{}", more_, ending);
}

}  // namespace tenantscope
