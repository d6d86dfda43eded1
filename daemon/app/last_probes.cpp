#include "app/last_probes.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "app/probe.hpp"
#include "base/text/visible.hpp"
#include "domain/failure_detail.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t longest_name = 253;
constexpr std::size_t list_links = 2 * sizeof(void*);

std::size_t heap_bytes(const std::string& text) {
  return text.capacity() > std::string().capacity() ? text.capacity() + 1 : 0;
}

std::size_t bytes_of(const ProbeRecord& record) {
  return sizeof record + list_links + heap_bytes(record.tenant.name) +
         heap_bytes(record.failure_detail) + heap_bytes(record.request_id) +
         heap_bytes(record.body);
}

// The recent ones alone never fill the room, so that failures are always kept beside them.
constexpr std::size_t longest_texts =
    longest_name + failure_detail_limit + recorded_request_id_limit + recorded_body_limit;
static_assert(LastProbes::most_recent * (sizeof(ProbeRecord) + 2 * longest_texts) <
              LastProbes::byte_limit / 2);

}  // namespace

ProbeRecord record_of(const TenantKey& tenant, const ProbeResult& result) {
  const Observation& observation = result.observation;
  ProbeRecord record{
      .tenant = tenant,
      .time = observation.time,
      .duration = result.duration,
      .failure = {},
      .found = observation.finding && observation.finding->found,
      .failure_detail = {},
      .status = result.status,
      .request_id = visible_line(observation.evidence.request_id, recorded_request_id_limit),
      .body_bytes = observation.evidence.body_bytes,
      .body = {}};
  if (!observation.finding) {
    record.failure = observation.finding.error().kind;
    record.failure_detail = observation.finding.error().detail;
    record.body = visible_line(result.body, recorded_body_limit);
  }
  return record;
}

void LastProbes::note(ProbeRecord record) {
  record.number = ++noted_;
  if (record.failure)
    keep_failure(record);
  bytes_ += bytes_of(record);
  recent_.push_back(std::move(record));
  if (recent_.size() > most_recent) {
    bytes_ -= bytes_of(recent_.front());
    recent_.pop_front();
  }
  while (bytes_ > byte_limit && !failures_.empty()) {
    forget(failures_.begin());
    ++dropped_;
  }
}

void LastProbes::keep_failure(const ProbeRecord& record) {
  std::size_t others = 0;
  for (auto failure = failures_.end(); failure != failures_.begin();) {
    --failure;
    if (failure->tenant == record.tenant && ++others == most_failures) {
      forget(failure);
      break;
    }
  }
  failures_.push_back(record);
  bytes_ += bytes_of(failures_.back());
}

void LastProbes::forget(Failures::const_iterator failure) {
  bytes_ -= bytes_of(*failure);
  failures_.erase(failure);
}

std::vector<ProbeRecord> LastProbes::recent() const { return {recent_.rbegin(), recent_.rend()}; }

std::vector<ProbeRecord> LastProbes::of(const TenantKey& tenant) const {
  std::vector<ProbeRecord> kept;
  const auto is_its = [&](const ProbeRecord& record) { return record.tenant == tenant; };
  std::ranges::copy_if(recent_, std::back_inserter(kept), is_its);
  const std::uint64_t oldest_recent = recent_.empty() ? 0 : recent_.front().number;
  for (const ProbeRecord& failure : failures_)
    if (is_its(failure) && failure.number < oldest_recent)
      kept.push_back(failure);
  std::ranges::sort(kept, std::ranges::greater(), &ProbeRecord::number);
  return kept;
}

}  // namespace tenantscope
