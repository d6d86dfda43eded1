// What every page has around it: its title and icon, which say the state, the way to the other
// pages, and a banner for what is wrong with the daemon itself. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "domain/capability.hpp"
#include "formats/page/page_templates.hpp"
#include "formats/page/page_words.hpp"

namespace tenantscope {

// Something that is wrong with the daemon, and where.
struct PageProblem {
  std::string part;  // authority, configuration, log, replica, sink, storage, tenants or thread
  std::string name;  // the cloud's or the sink's; "": there is one only
  std::string text;  // a sentence without its full stop
};

struct PageFrame {
  PageTemplate page = PageTemplate::overview;
  std::string title;  // what the page says first
  Tone tone = Tone::good;
  std::string badge;              // one or two characters in the icon; "": none
  bool below_root = false;        // its address has one part more than the root's
  std::optional<int> refresh;     // in seconds; nothing: the page stays as it is
  std::optional<WallTime> start;  // of the daemon; nothing: the system doesn't say
  WallTime now;
  RuleSet rules = default_rules;
  bool shared = false;  // several daemons share the ledger: there is a page of them
  std::vector<PageProblem> problems;
};

// How often a page may be loaded again, in seconds.
inline constexpr int least_refresh = 5;
inline constexpr int most_refresh = 24 * 3600;

// The fields of a page: the frame's, and beside them the page's own. REQUIRES: these have other
// names.
std::string page_html(const PageFrame& frame, boost::json::object fields);

// What page_html() gives to the template.
boost::json::object page_fields(const PageFrame& frame, boost::json::object fields);

}  // namespace tenantscope
