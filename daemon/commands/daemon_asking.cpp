#include "commands/daemon_asking.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/text/html.hpp"
#include "domain/failure_detail.hpp"

namespace tenantscope {
namespace {

Result<Finding> answer_in(const boost::json::value& lookup) {
  const boost::json::value& error = lookup.at("error");
  if (error.is_null())
    return read_finding(lookup);
  const auto kind = std::ranges::find(probe_reasons, std::string_view(error.as_string()),
                                      [](ErrorKind reason) { return to_string(reason); });
  return bounded({kind == probe_reasons.end() ? ErrorKind::other : *kind,
                  std::string(lookup.at("failure_detail").as_string())});
}

// When the document was seen: now, where an older daemon doesn't say.
WallTime time_in(const boost::json::value& lookup) {
  const boost::json::value* const seen = lookup.as_object().if_contains("seen");
  return (seen && seen->is_string() ? parse_rfc3339(seen->get_string()) : std::nullopt)
      .value_or(wall_now());
}

// Takes one lookup after the other until none is left.
boost::asio::awaitable<void> work(DaemonClient& daemon, std::vector<Lookup>& lookups,
                                  std::size_t& next) {
  while (next < lookups.size()) {
    Lookup& lookup = lookups[next++];
    const std::string query = fmt::format("?tenant={}&cloud={}", percent_encoded(lookup.key.name),
                                          percent_encoded(lookup.key.asked));
    const boost::json::value answer = co_await daemon.fetch("/api/v1/lookup" + query);
    lookup.result.observation.finding = answer_in(answer);
    lookup.result.observation.time = time_in(answer);
  }
}

}  // namespace

void ask_through(const DaemonPlace& place, std::vector<Lookup>& lookups) {
  boost::asio::io_context loop(1);
  DaemonClient daemon(place);  // goes before the loop: it holds those who wait for it
  std::size_t next = 0;
  std::exception_ptr first_error;
  for (std::size_t i = 0; i < std::min(asked_at_once, lookups.size()); ++i)
    co_spawn(loop, work(daemon, lookups, next), [&](std::exception_ptr error) {
      if (!error)
        return;
      if (!first_error)
        first_error = error;
      next = lookups.size();
    });
  loop.run();
  if (first_error)
    std::rethrow_exception(first_error);
}

}  // namespace tenantscope
