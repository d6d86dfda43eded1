// What people are shown of a JSON value.
#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace tenantscope {

// A text as it is, nothing for null, anything else as JSON.
std::string text_of(const boost::json::value& value);

}  // namespace tenantscope
