// A tenant's page: its verdict and why, what is known of it and since when, its history, how it is
// asked, the pairs it is in, and what to do. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "domain/collaboration.hpp"
#include "domain/watch.hpp"
#include "formats/page/page_event.hpp"
#include "formats/page/page_frame.hpp"

namespace tenantscope {

// A declared pair that it is in, as the configuration names both.
struct TenantPair {
  std::string collaboration;
  std::string host;
  std::string guest;
  PairCapability capability = PairCapability::unknown;
  std::string address;  // of its explanation, as pair_address() gives it
};

// A probe that failed. Texts are visible and bounded.
struct TenantFailure {
  WallTime time;
  std::chrono::duration<double> duration{};
  std::string reason;
  std::string detail;
  std::string request_id;  // "": there is none
  std::string body;        // the beginning of the answer's; "": there is none, or it isn't shown
};

struct TenantPage {
  static constexpr std::size_t most_events = 100;
  static constexpr std::size_t most_failures = 3;
  static constexpr std::size_t most_pairs = 100;

  Watch watch;
  std::optional<std::vector<PageEvent>>
      events;  // the newest first, most_events of them; nothing: the journal can't be read
  std::vector<TenantPair> pairs;
  std::size_t more_pairs = 0;           // that aren't shown
  std::vector<TenantFailure> failures;  // the newest first, most_failures of them
};

// The title and the icon follow from the tenant. REQUIRES: the frame has the rules.
std::string tenant_html(const TenantPage& tenant, PageFrame frame);

boost::json::object tenant_fields(const TenantPage& tenant, RuleSet rules, WallTime now);

}  // namespace tenantscope
