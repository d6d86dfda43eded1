// An event of the journal as pages show it. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "domain/event.hpp"
#include "domain/severity.hpp"
#include "domain/tenant.hpp"

namespace tenantscope {

struct PageChange {
  std::string field;
  std::string from;
  std::string to;
};

// Texts are empty where the event doesn't say: an older version wrote it, or it has no evidence.
struct PageEvent {
  std::uint64_t sequence = 0;
  std::string id;
  EventKind kind = EventKind::baselined;
  Severity severity = Severity::info;
  TenantKey tenant;      // who caused it; of a ledger that went back: empty
  WallTime time;         // when it was confirmed
  std::string sentence;  // for people

  std::vector<PageChange> changes;  // of a tenant's change
  std::string host;                 // of a pair's change, as the configuration names it
  std::string guest;
  std::string verdict;  // after it: supported, not_supported, unknown; of a pair also conditional
  std::string first_seen;
  std::uint64_t confirmations = 0;
  std::string request_id;
  std::string sha256;
  std::string url;
  std::size_t pairs = 0;  // others', which changed with it and are told of here
};

// `event`: the CloudEvent as it stands in the journal.
PageEvent page_event(std::uint64_t sequence, EventKind kind, const TenantKey& tenant, WallTime time,
                     std::string_view event);

// The first `most` of these, the newest first, where a pair's change is told of with the event of
// the tenant that caused it.
std::vector<PageEvent> with_their_pairs(std::vector<PageEvent> events, std::size_t most);

}  // namespace tenantscope
