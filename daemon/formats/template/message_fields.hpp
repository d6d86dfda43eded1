// What a template can name: the members of an event's CloudEvent, and what is said about the
// message beside them. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tenantscope {

// A message for people.
struct Message {
  // CloudEvents as they stand in the journal: one, or a tenant's and those of the pairs that it
  // changed after it.
  std::vector<std::string_view> events;
  std::map<std::string, std::string> values;  // by name: the contents of `template_value_files`
  std::string external_url;                   // where people reach the daemon; empty: not known
};

// The first event's members, and beside them:
//   is            an object of `true`s: the kind of event (`changed`, ...), its severity, `pairs`
//                 where others go with it, `labelled` where the tenant has labels, and `resolved`
//                 where what was lost is back
//   dedup_key     ASKED/TENANT/TYPE, at most 255 bytes
//   epoch         its time, in seconds since 1970
//   labels        the tenant's, a list of `name` and `value`
//   events        all events, a list; `others`: all but the first
//   external_url  null where it isn't known
//   values        of the message
// Each object of a list has `last`, true of the last one. REQUIRES: at least one event.
boost::json::object message_fields(const Message& message);

}  // namespace tenantscope
