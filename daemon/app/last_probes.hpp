// The last probes, so that a failure that is over can still be looked at: a hundred of all tenants,
// and each tenant's last three failures, in a megabyte at most. In memory alone. Not thread-safe:
// it is a part of the Table, and guarded as that is.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "domain/tenant.hpp"

namespace tenantscope {

struct ProbeResult;

// What came of one probe. Texts are an authority's words, visible and bounded.
struct ProbeRecord {
  std::uint64_t number = 0;  // from 1, in the order in which probes ended; LastProbes gives it
  TenantKey tenant = {};
  WallTime time = {};  // its end
  std::chrono::duration<double> duration{};
  std::optional<ErrorKind> failure = {};
  bool found = false;               // false where it failed, too
  std::string failure_detail = {};  // "" where it didn't fail
  int status = 0;                   // 0: no answer
  std::string request_id = {};      // x-ms-request-id, or empty
  std::size_t body_bytes = 0;       // of the whole body
  std::string body = {};            // the beginning of a failure's; "" where it didn't fail
};

inline constexpr std::size_t recorded_body_limit = 500;        // bytes, of one visible line
inline constexpr std::size_t recorded_request_id_limit = 100;  // likewise

ProbeRecord record_of(const TenantKey& tenant, const ProbeResult& result);

class LastProbes {
 public:
  static constexpr std::size_t most_recent = 100;
  static constexpr std::size_t most_failures = 3;  // of one tenant
  static constexpr std::size_t byte_limit = 1024UL * 1024;

  void note(ProbeRecord record);

  // Of all tenants. Newest first.
  std::vector<ProbeRecord> recent() const;
  // Those of `recent` that are the tenant's, and its last failures. Newest first.
  std::vector<ProbeRecord> of(const TenantKey& tenant) const;

  // How many of their tenants' last three failures had to go, oldest first, as there was no room.
  std::uint64_t dropped() const { return dropped_; }
  // What is kept takes so much, nearly.
  std::size_t bytes() const { return bytes_; }

 private:
  using Failures = std::list<ProbeRecord>;

  void keep_failure(const ProbeRecord& record);
  void forget(Failures::const_iterator failure);

  std::deque<ProbeRecord> recent_;  // oldest first
  Failures failures_;               // oldest first
  std::uint64_t noted_ = 0;
  std::uint64_t dropped_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace tenantscope
