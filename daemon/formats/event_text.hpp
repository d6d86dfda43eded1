// The words of an event: one sentence for people, the same in `data.summary`, in the log, in an
// alert and on a terminal, for an event that is being made as for one that an older version wrote.
// Pure.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "domain/event.hpp"

namespace tenantscope {

std::string event_sentence(const ChangeEvent& event);

// Of a CloudEvent as it stands in the journal: its own summary, or one made from its data.
std::string event_sentence(const boost::json::object& event);

}  // namespace tenantscope
