// The status page: what the table says, for people. Plain HTML that needs nothing from elsewhere,
// no scripts and no cookies. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/collaboration.hpp"
#include "domain/watch.hpp"

namespace tenantscope {

// Which tenants are shown: by verdict, or by what is the matter with them.
inline constexpr std::array page_filters{"supported", "not_supported", "unknown", "failing",
                                         "pending",   "stale",         "unmet"};

// Which of them a tenant passes, in their order.
using PageMarks = std::array<bool, page_filters.size()>;
PageMarks page_marks(const Watch& watch, RuleSet rules, WallTime now);

struct PagePair {
  std::string collaboration;
  std::string host;
  std::string guest;
  PairVerdict verdict;
  std::optional<ErrorKind> failure;
};

struct Page {
  WallTime now;
  std::optional<WallTime> started = {};  // nothing: the system doesn't say
  RuleSet rules = default_rules;

  std::string query;                                      // part of a name; "": any
  std::string filter;                                     // "": all
  std::array<std::size_t, page_filters.size()> counts{};  // of all tenants that are watched
  std::size_t watched = 0;
  std::size_t matching = 0;           // how many the query and the filter leave
  std::size_t offset = 0;             // of the first that is shown, among those
  std::vector<const Watch*> tenants;  // that are shown
  std::vector<PagePair> pairs;        // likewise; the query holds for them, too
  std::size_t matching_pairs = 0;
  std::size_t declared_pairs = 0;
};

inline constexpr std::size_t page_length = 100;  // tenants, and pairs

std::string page_html(const Page& page);

// The text between the page's <style> tags.
std::string_view page_style();

}  // namespace tenantscope
