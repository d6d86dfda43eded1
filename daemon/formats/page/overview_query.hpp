// What the overview's address asks for: which tenants, in which order, from where on. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "domain/environment.hpp"
#include "domain/watch.hpp"
#include "formats/page/tenant_marks.hpp"

namespace tenantscope {

enum class OverviewColumn : std::size_t {
  name,
  environment,
  b2b,
  scope,
  change,
  answer,
  condition
};
inline constexpr std::array overview_columns{OverviewColumn::name,     OverviewColumn::environment,
                                             OverviewColumn::b2b,      OverviewColumn::scope,
                                             OverviewColumn::change,   OverviewColumn::answer,
                                             OverviewColumn::condition};
std::string_view to_string(OverviewColumn column);

struct OverviewOrder {
  OverviewColumn column = OverviewColumn::name;
  bool reversed = false;

  bool operator==(const OverviewOrder&) const = default;
};

// "change", or "-change" for the other way round. Of times the newest is first, of conditions the
// worst.
std::optional<OverviewOrder> parse_overview_order(std::string_view text);
std::string to_string(OverviewOrder order);

// Those that somebody should look at, whatever is the matter.
inline constexpr std::string_view look_filter = "look";

// What isn't asked for is empty.
struct OverviewQuery {
  OverviewOrder order;
  std::string state;  // a mark's name, or look_filter
  std::optional<Environment> environment;
  std::string cloud;        // that is asked
  std::string label_name;   // with `label_value`
  std::string label_value;  // "": any
  std::string name;         // a part of it, as name_needle() gives it
  std::size_t offset = 0;
  std::optional<int> refresh;

  // Whether it leaves tenants out.
  bool chooses() const;
  std::string label() const;  // as it is written in the address
};

bool fits(const OverviewQuery& query, const Watch& watch, TenantMarks marks,
          Environment environment);

// The page's own address for it, relative to the root: "./", or "?state=failing&sort=-change".
std::string overview_address(const OverviewQuery& query);

}  // namespace tenantscope
