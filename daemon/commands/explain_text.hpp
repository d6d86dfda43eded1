// What `explain` prints for people, from the JSON that it prints for scripts: a daemon's answer and
// its own read the same.
#pragma once

#include <boost/json/object.hpp>

namespace tenantscope {

// `coloured`: the answer's word is, as on a terminal.
void print_explanation(const boost::json::object& explanation, bool coloured);

}  // namespace tenantscope
