// The journal as a page: newest first, by what it is asked for, a part at a time. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "formats/page/page_event.hpp"
#include "formats/page/page_frame.hpp"

namespace tenantscope {

// As it was asked for; what wasn't is empty.
struct EventsQuery {
  std::string tenant;
  std::string cloud;
  std::string type;
  std::string severity;
  std::string since;
  std::string until;
  std::optional<std::uint64_t> before;  // the part that is shown begins there; nothing: the newest

  bool chooses() const;
};

struct EventsPage {
  EventsQuery query;
  std::optional<std::vector<PageEvent>> events;  // nothing: the journal can't be read
  std::optional<std::uint64_t> next;             // `before` of the older ones; nothing: none are
};

// The page's own address for it, relative to the root: "events", or "events?type=changed".
std::string events_address(const EventsQuery& query);

// The title and the icon follow from the query and from what is wrong with the daemon.
std::string events_html(const EventsPage& page, PageFrame frame);

boost::json::object events_page_fields(const EventsPage& page, WallTime now);

}  // namespace tenantscope
