#include "formats/page/replicas_page.hpp"

#include <boost/json/array.hpp>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace tenantscope {
namespace {

namespace json = boost::json;

constexpr std::size_t digits_shown = 12;  // of a digest

Tone tone_of_replica(const Replica& replica) {
  if (!replica.live || replica.state == ReplicaState::outdated)
    return Tone::bad;
  return replica.state == ReplicaState::active || replica.state == ReplicaState::standby
             ? Tone::good
             : Tone::mind;
}

// A link leads to the web only, whatever another daemon says of itself.
json::value link_of(const std::string& url) {
  const bool web = url.starts_with("http://") || url.starts_with("https://");
  return web ? json::value(url) : json::value(nullptr);
}

json::object replica_fields(const Replica& replica, const ReplicasPage& page) {
  const Replicas& replicas = *page.replicas;
  const Replica* const active = replicas.active();
  const bool same = active && active->config == replica.config;
  return {{"name", replica.name},
          {"href", link_of(replica.url)},
          {"itself", replica.name == page.self},
          {"state", json::object{{"word", replica.state ? to_string(*replica.state) : "unknown"},
                                 {"tone", tone_fields(tone_of_replica(replica))}}},
          {"live", replica.live},
          {"since", time_fields(replica.since, replicas.now)},
          {"lease_end", time_fields(replica.lease_end, replicas.now)},
          {"behind", std::to_string(replicas.behind(replica))},
          {"version", replica.version},
          {"config", replica.config.substr(0, digits_shown)},
          {"same", same},
          {"other", active && !same}};
}

}  // namespace

json::object replicas_page_fields(const ReplicasPage& page) {
  json::array rows;
  if (page.replicas)
    for (const Replica& replica : page.replicas->all)
      rows.push_back(replica_fields(replica, page));
  return {{"self", page.self},
          {"lease", to_string(page.lease)},
          {"unknown", !page.replicas},
          {"known", page.replicas.has_value()},
          {"leaderless", page.replicas && !page.replicas->active()},
          {"head", std::to_string(page.replicas ? page.replicas->head : 0)},
          {"replicas", std::move(rows)}};
}

std::string replicas_html(const ReplicasPage& page, PageFrame frame) {
  const Replica* const active = page.replicas ? page.replicas->active() : nullptr;
  frame.page = PageTemplate::replicas;
  frame.title = active          ? fmt::format("Replicas: {} is active", active->name)
                : page.replicas ? "Replicas: nobody is active"
                                : "Replicas";
  frame.tone = active && frame.problems.empty() ? Tone::good : Tone::bad;
  return page_html(frame, replicas_page_fields(page));
}

}  // namespace tenantscope
