#include "storage/commit_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/digest.hpp"
#include "formats/json.hpp"

namespace tenantscope {

namespace {

PlacedEvent placed_as_it_is(const ChangeEvent& event, const Guid& ledger, const std::string& source,
                            JournalHead& head) {
  const std::uint64_t sequence = head.sequence + 1;
  const Guid id = event_id(ledger, event, sequence);
  PlacedEvent placed{.entry = {.sequence = sequence,
                               .id = to_string(id),
                               .kind = event.kind,
                               .tenant = event.tenant,
                               .time = event.transition.confirmed,
                               .event = cloud_event(event, id, sequence, source, head.hash)},
                     .hash = {}};
  placed.hash = sha256(placed.entry.event);
  head = {.sequence = sequence, .hash = hex_of(placed.hash)};
  return placed;
}

}  // namespace

PlacedEvent place_event(const ChangeEvent& event, const Guid& ledger, const std::string& source,
                        JournalHead& head) {
  if (!event.pair)
    return placed_as_it_is(event, ledger, source, head);
  ChangeEvent told = event;
  told.pair->cause = cause_id(ledger, event);
  return placed_as_it_is(told, ledger, source, head);
}

CommitOrder::CommitOrder(std::span<const Step> steps) : places(steps.size()) {
  std::iota(places.begin(), places.end(), std::size_t(0));
  const auto told_by = [&](std::size_t place) {
    return std::ranges::any_of(steps[place].events,
                               [](const ChangeEvent& event) { return event.rewind.has_value(); });
  };
  tells = std::stable_partition(places.begin(), places.end(), told_by) != places.begin();
}

Error held_back(const Step& step) {
  return {ErrorKind::other,
          fmt::format("{}: nothing is committed before the event that the ledger went back",
                      to_string(step.tenant))};
}

Error does_not_follow(const Step& step, std::uint64_t generation) {
  return {ErrorKind::conflict,
          fmt::format("{}: the ledger is at generation {}, which {} doesn't follow",
                      to_string(step.tenant), generation, step.state ? step.state->generation : 0)};
}

}  // namespace tenantscope
