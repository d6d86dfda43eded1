#include "app/api/status.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "app/api/answer.hpp"
#include "base/clock.hpp"
#include "formats/page.hpp"
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

// How many tenants are watched, and how many of them each filter of the page leaves.
boost::json::object counts_json(const Table& table, WallTime now) {
  std::size_t watched = 0;
  std::array<std::size_t, page_filters.size()> counts{};
  for (const Watch* watch : table.watched()) {
    ++watched;
    const PageMarks marks = page_marks(*watch, table.rules, now);
    for (std::size_t i = 0; i < marks.size(); ++i)
      counts[i] += marks[i];
  }
  boost::json::object shown{{"watched", watched}};
  for (std::size_t i = 0; i < counts.size(); ++i)
    shown.emplace(page_filters[i], counts[i]);
  return shown;
}

}  // namespace

WebResponse show_status(const Table& table, const Instruments& instruments,
                        const std::vector<std::string>& standing_still, bool ready) {
  const WallTime now = wall_now();
  boost::json::object status{
      {"version", TENANTSCOPE_VERSION}, {"revision", TENANTSCOPE_REVISION}, {"ready", ready}};
  const auto started = read_process_stats().start_time_seconds;
  status.emplace(
      "started",
      started ? boost::json::value(rfc3339(WallTime(Duration(std::int64_t(*started * 1000)))))
              : nullptr);
  status.emplace("problems",
                 problems_json(problems_in(instruments.collect(), now), standing_still));
  const std::lock_guard lock(table.mutex);
  status.emplace("rules", to_string(table.rules));
  status.emplace("last_event", table.last_event);
  status.emplace("tenants", counts_json(table, now));
  return success(std::move(status));
}

}  // namespace tenantscope
