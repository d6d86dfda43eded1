#include "app/reload/config_standing.hpp"

#include <algorithm>
#include <utility>

namespace tenantscope {
namespace {

constexpr std::size_t many_tenants = 10;

}  // namespace

bool needs_second_look(const Departure& departure) {
  const std::size_t leaving = departure.tenants.size();
  if (leaving == 0)
    return false;
  return leaving == departure.watched || departure.pattern_emptied ||
         (departure.watched >= many_tenants && 2 * leaving > departure.watched);
}

bool ConfigStanding::refused(const std::string& source) const {
  const auto known = sources_.find(source);
  return known != sources_.end() && !known->second.reason.empty();
}

bool ConfigStanding::lacks(const std::string& url) const {
  const auto known = sources_.find(url);
  return known != sources_.end() && known->second.lacking;
}

bool ConfigStanding::refuse(const std::string& source, std::string reason) {
  Source& refused = sources_[source];
  const bool news = refused.reason != reason;
  refused.reason = std::move(reason);
  refused.departed.clear();
  return news;
}

bool ConfigStanding::take(const std::string& source, Departure departure) {
  if (needs_second_look(departure) && !confirms(source, departure.tenants)) {
    sources_[source] = {.reason = {}, .lacking = false, .departed = std::move(departure.tenants)};
    return false;
  }
  settle(source);
  if (source == whole_configuration)  // lists that were fetched and refused aren't in it
    std::erase_if(sources_, [](const auto& other) {
      return other.first == all_tenant_files || other.second.reason.empty();
    });
  return true;
}

bool ConfigStanding::confirms(const std::string& source,
                              const std::vector<std::uint32_t>& tenants) const {
  return std::ranges::any_of(sources_, [&](const auto& seen) {
    return (seen.first == source || source == whole_configuration) &&
           seen.second.departed == tenants;
  });
}

void ConfigStanding::lack(const std::map<std::string, std::string>& reasons,
                          const std::vector<std::string>& configured) {
  std::erase_if(sources_, [&](const auto& source) {
    const auto& [name, standing] = source;
    if (name == whole_configuration || name == all_tenant_files)
      return false;
    return std::ranges::find(configured, name) == configured.end() ||
           (standing.lacking && !reasons.contains(name));
  });
  for (const auto& [url, reason] : reasons)
    sources_[url] = {.reason = reason, .lacking = true, .departed = {}};
}

}  // namespace tenantscope
