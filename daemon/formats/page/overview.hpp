// The overview at `/`: how many tenants are how, what changed last, what needs a look, and a line
// for each tenant that is asked for. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "formats/page/overview_choice.hpp"
#include "formats/page/page_event.hpp"
#include "formats/page/page_frame.hpp"
#include "formats/page/tenant_line.hpp"

namespace tenantscope {

struct Overview {
  OverviewQuery query;
  OverviewCounts counts;
  std::size_t matching = 0;
  std::vector<TenantLine> lines;  // that are shown, in order
  std::vector<TenantLine> looks;  // the worst of those that need one
  std::optional<std::vector<PageEvent>>
      events;  // the newest first; nothing: the journal can't be read
};

inline constexpr std::size_t overview_events = 10;

// What the title says: "3 need a look", "1 problem, 3 need a look", "all fine".
std::string overview_title(std::size_t problems, std::size_t looks);

// The page: title, icon and stale tenants in the frame's banner follow from the overview. REQUIRES:
// the frame has what is wrong with the daemon.
std::string overview_html(const Overview& overview, PageFrame frame);

boost::json::object overview_fields(const Overview& overview, WallTime now);

}  // namespace tenantscope
