// What is wrong in a configuration and its lists. A file, or a list, has at most 20 findings and
// one line more, which says how many there are beyond them; its readers end early then.
#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/cancelled.hpp"

namespace tenantscope {

// One thing that is wrong in a file; lines and columns count from 1.
struct ConfigFinding {
  std::string file;
  int line = 0;
  int column = 0;
  std::string message;
  bool sums_up = false;  // "and N more": the last one of its file

  std::strong_ordering operator<=>(const ConfigFinding& other) const;
  bool operator==(const ConfigFinding& other) const = default;
};

// "FILE:LINE:COLUMN: message"
std::string to_string(const ConfigFinding& finding);
// A line each.
std::string to_string(const std::vector<ConfigFinding>& findings);

struct TextPlace {
  int line = 1;
  int column = 1;
};

inline constexpr std::size_t most_findings = 20;  // of a file

// Those of one file, as they are found. On one thread; REQUIRES: `all` outlives it, and only grows.
struct FileFindings {
 public:
  FileFindings(std::string name, std::vector<ConfigFinding>& where, Cancelled needless = {})
      : file(std::move(name)), all(where), cancelled(std::move(needless)) {}

  // Beyond `most_findings` they are counted, not kept.
  void add(TextPlace at, std::string message);
  template <class Node>
  void add(const Node& at, std::string message) {
    add(TextPlace{at.line, at.column}, std::move(message));
  }

  bool any() const { return shown_ > 0; }

  // True: there are more than are kept, or nobody waits for them any more; reading has to end here.
  bool end_reading();

  const std::string file;
  std::vector<ConfigFinding>& all;
  const Cancelled cancelled;

 private:
  void sum_up(std::string_view ending);

  std::size_t shown_ = 0;
  std::size_t more_ = 0;
  std::size_t sum_ = 0;  // the place in `all` of what says how many more
};

}  // namespace tenantscope
