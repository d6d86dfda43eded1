#include "app/api/probes.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <vector>

#include "app/api/answer.hpp"
#include "app/api/tenant_choice.hpp"

namespace tenantscope {
namespace {

boost::json::value text_or_null(const std::string& text) {
  return text.empty() ? boost::json::value(nullptr) : boost::json::value(text);
}

boost::json::object probe_json(const ProbeRecord& probe, bool with_body) {
  const std::string_view outcome =
      probe.failure ? to_string(*probe.failure) : (probe.found ? "found" : "not_found");
  const bool answered = probe.status != 0;
  boost::json::object shown{{"tenant", probe.tenant.name},
                            {"asked", probe.tenant.asked.text()},
                            {"time", rfc3339(probe.time)},
                            {"duration_seconds", probe.duration.count()},
                            {"outcome", outcome}};
  shown.emplace("error", probe.failure ? boost::json::value(outcome) : nullptr);
  shown.emplace("failure_detail",
                probe.failure ? boost::json::value(probe.failure_detail) : nullptr);
  shown.emplace("status", answered ? boost::json::value(probe.status) : nullptr);
  shown.emplace("request_id", text_or_null(probe.request_id));
  shown.emplace("body_bytes", answered ? boost::json::value(probe.body_bytes) : nullptr);
  shown.emplace("body", with_body ? text_or_null(probe.body) : nullptr);
  return shown;
}

}  // namespace

WebResponse list_probes(const Table& table, bool anyone, const WebRequest& request) {
  const auto tenant = request.parameter("tenant");
  std::vector<ProbeRecord> probes;
  std::uint64_t dropped = 0;
  {
    const std::lock_guard lock(table.mutex);
    probes = tenant ? table.last_probes.of(key_of(
                          choose_watched(table, *tenant, request.parameter("cloud").value_or(""))))
                    : table.last_probes.recent();
    dropped = table.last_probes.dropped();
  }
  const bool with_bodies = sees_bodies(request, anyone);
  boost::json::array shown;
  for (const ProbeRecord& probe : probes)
    shown.push_back(probe_json(probe, with_bodies));
  return success(boost::json::object{{"probes", std::move(shown)}, {"dropped", dropped}});
}

}  // namespace tenantscope
