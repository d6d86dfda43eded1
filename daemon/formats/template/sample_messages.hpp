// An event of each kind, for what has to be tried on each before there is one. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tenantscope {

struct SampleMessage {
  std::string_view kind;            // for people: "a drill"
  std::vector<std::string> events;  // CloudEvents
};

// Each of the kinds, and a tenant's change with those of pairs. Between them they have every member
// that an event can have.
std::vector<SampleMessage> sample_messages();

}  // namespace tenantscope
