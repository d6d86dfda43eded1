// Can one tenant invite another? The answer to link or to paste, and a form for another pair. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "domain/explanation.hpp"
#include "formats/page/page_frame.hpp"

namespace tenantscope {

struct ExplainPage {
  std::string host;  // as they are asked for; "": not yet
  std::string guest;
  std::string cross_cloud;                 // likewise
  std::optional<Explanation> explanation;  // nothing: there is a refusal, or nothing was asked
  bool host_watched = false;               // it has a page
  bool guest_watched = false;
  std::string refusal;   // why there is no answer; "": nothing was asked
  bool may_ask = false;  // the reader may have tenants asked that aren't watched
};

std::string explain_html(const ExplainPage& page, PageFrame frame);

boost::json::object explain_fields(const ExplainPage& page, WallTime now);

}  // namespace tenantscope
