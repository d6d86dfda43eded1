// The page of a tenant that isn't there: which ones may be meant. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "domain/tenant.hpp"
#include "formats/page/page_frame.hpp"

namespace tenantscope {

struct MissingPage {
  std::string wanted;              // as it was written
  bool several = false;            // it is watched in several clouds, which are the choices
  std::vector<TenantKey> choices;  // else those whose names are near
};

std::string missing_html(const MissingPage& missing, PageFrame frame);

boost::json::object missing_fields(const MissingPage& missing);

}  // namespace tenantscope
