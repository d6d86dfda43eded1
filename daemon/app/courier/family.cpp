#include "app/courier/family.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "formats/json_members.hpp"

namespace tenantscope {

std::string family_of(const JournalEntry& event) {
  if (event.kind != EventKind::collaboration_changed)
    return event.id;
  boost::system::error_code broken;
  const boost::json::value parsed = boost::json::parse(event.event, broken);
  const std::string_view cause = text_at(object_at(object_of(&parsed), "data"), "cause");
  return cause.empty() ? event.id : std::string(cause);
}

// What a tenant's one transition tells stands together: its own event, that of its expectations,
// those of its pairs.
std::size_t whole_families(const std::vector<JournalEntry>& events) {
  std::size_t whole = events.empty() ? 0 : events.size() - 1;
  while (whole > 0 && events[whole].kind != EventKind::baselined &&
         events[whole].kind != EventKind::changed &&
         events[whole - 1].tenant == events[whole].tenant)
    --whole;
  return whole;
}

}  // namespace tenantscope
