#include "app/api/status.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <mutex>

#include "app/api/answer.hpp"
#include "app/api/table_blocks.hpp"
#include "base/clock.hpp"
#include "formats/page/tenant_marks.hpp"
#include "metrics/problems.hpp"
#include "system/process.hpp"
#include "version.hpp"

namespace tenantscope {
namespace {

boost::json::array problems_json(std::vector<Problem> problems,
                                 const std::vector<std::string>& standing_still) {
  for (const std::string& thread : standing_still)
    problems.push_back({.part = "thread", .name = "", .text = thread});
  boost::json::array shown;
  for (const Problem& problem : problems)
    shown.push_back(
        boost::json::object{{"part", problem.part},
                            {"name", problem.name.empty() ? boost::json::value(nullptr)
                                                          : boost::json::value(problem.name)},
                            {"text", problem.text}});
  return shown;
}

// What this one is of those that share its ledger.
boost::json::value replica_json(const Fleet* fleet) {
  if (!fleet)
    return nullptr;
  return boost::json::object{{"name", fleet->self()}, {"state", to_string(fleet->state())}};
}

// How many tenants are watched, and how many of them have each mark.
boost::json::object counts_json(const Table& table, RuleSet rules, WallTime now) {
  std::size_t watched = 0;
  std::array<std::size_t, tenant_marks.size()> counts{};
  for_each_watched(table, [&](std::uint32_t, const Watch& watch) {
    ++watched;
    const TenantMarks marks = marks_of(watch, rules, now);
    for (const TenantMark mark : tenant_marks)
      counts[std::size_t(mark)] += marks.has(mark) ? 1 : 0;
  });
  boost::json::object shown{{"watched", watched}};
  for (const TenantMark mark : tenant_marks)
    shown.emplace(to_string(mark), counts[std::size_t(mark)]);
  return shown;
}

}  // namespace

WebResponse show_status(const Table& table, const Instruments& instruments,
                        const DaemonStanding& standing) {
  const WallTime now = wall_now();
  boost::json::object status{{"version", TENANTSCOPE_VERSION},
                             {"revision", TENANTSCOPE_REVISION},
                             {"ready", standing.ready}};
  status.emplace("joining", standing.joining);
  status.emplace("replica", replica_json(standing.fleet));
  const auto started = read_process_stats().start_time_seconds;
  status.emplace(
      "started",
      started ? boost::json::value(rfc3339(WallTime(Duration(std::int64_t(*started * 1000)))))
              : nullptr);
  RuleSet rules = default_rules;
  Ceilings ceilings;
  std::uint64_t last_event = 0;
  {
    const std::lock_guard lock(table.mutex);
    rules = table.rules;
    ceilings = table.ceilings;
    last_event = table.last_event;
  }
  status.emplace("problems", problems_json(problems_in(instruments.collect(), now, ceilings),
                                           standing.standing_still));
  status.emplace("rules", to_string(rules));
  status.emplace("last_event", last_event);
  status.emplace("tenants", counts_json(table, rules, now));
  return success(std::move(status));
}

}  // namespace tenantscope
