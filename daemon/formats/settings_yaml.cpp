#include "formats/settings_yaml.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "formats/sink_yaml.hpp"
#include "formats/storage_yaml.hpp"
#include "formats/yaml_text.hpp"

namespace tenantscope {
namespace {

using yaml::list;
using yaml::list_of;
using yaml::scalar;

constexpr std::size_t tenants_at_once = 100;

std::string labels_map(const Labels& labels) {
  std::vector<std::string> items;
  for (const auto& [name, value] : labels)
    items.push_back(fmt::format("{}: {}", scalar(name), scalar(value)));
  return fmt::format("{{{}}}", fmt::join(items, ", "));
}

std::string probe_keys(const ProbeSettings& probe) {
  return fmt::format(
      "interval: {}, timeout: {}, confirmations: {}, confirm_interval: {}, stale_after: {}",
      to_string(probe.interval), to_string(probe.timeout), probe.confirmations,
      to_string(probe.confirm_interval), to_string(probe.stale_after));
}

std::string expect_map(const Expectation& expect) {
  std::vector<std::string> items;
  if (expect.region_scope)
    items.push_back("region_scope: " + scalar(*expect.region_scope));
  if (expect.b2b)
    items.push_back(fmt::format("b2b: {}", to_string(*expect.b2b)));
  return fmt::format("{{{}}}", fmt::join(items, ", "));
}

void write_cloud(const Cloud& cloud, std::string& out) {
  fmt::format_to(std::back_inserter(out),
                 "  {}: {{authority: {}, requests_per_second: {}, connections: {}, {}}}\n",
                 cloud.name, scalar(cloud.authority), cloud.requests_per_second, cloud.connections,
                 http_client_keys(cloud.http));
}

void write_tenant(const TenantSettings& tenant, std::string& out) {
  fmt::format_to(std::back_inserter(out), "  - {{name: {}, cloud: {}, ", scalar(tenant.key.name),
                 tenant.key.asked);
  if (tenant.tenant_id)
    fmt::format_to(std::back_inserter(out), "tenant_id: {}, ",
                   scalar(to_string(*tenant.tenant_id)));
  fmt::format_to(std::back_inserter(out), "expect: {}, {}, labels: {}}}\n",
                 expect_map(tenant.expect), probe_keys(tenant.probe), labels_map(tenant.labels));
}

// Of the names that collaborations use, those that are asked in several clouds: there a name alone
// says too little.
std::set<std::string> ambiguous_names(const Settings& settings) {
  std::map<std::string_view, int> clouds;
  std::set<std::string> ambiguous;
  if (settings.collaborations.empty())
    return ambiguous;
  for (const TenantSettings& tenant : settings.tenants)
    if (++clouds[tenant.key.name] == 2)
      ambiguous.insert(tenant.key.name);
  return ambiguous;
}

void write_collaboration(const CollaborationSettings& collaboration,
                         const std::set<std::string>& ambiguous, std::string& out) {
  const auto member = [&](const CollaborationMember& one) {
    return scalar(ambiguous.contains(one.key.name) ? to_string(one.key) : one.shown);
  };
  const auto guest = [&](const CollaborationGuest& one) {
    if (const auto* provider = std::get_if<IdentityProvider>(&one))
      return scalar("identity:" + std::string(to_string(*provider)));
    return member(std::get<CollaborationMember>(one));
  };
  fmt::format_to(std::back_inserter(out),
                 "  - {{name: {}, hosts: {}, guests: {}, cross_cloud: {}}}\n",
                 scalar(collaboration.name), list_of(collaboration.hosts, member),
                 list_of(collaboration.guests, guest), to_string(collaboration.cross_cloud));
}

void write_sink(const SinkSettings& sink, std::string& out) {
  const Match& match = sink.match;
  const auto named = [](auto value) { return to_string(value); };
  fmt::format_to(std::back_inserter(out),
                 "    - name: {}\n      match: {{types: {}, fields: {}, severities: {}, labels: "
                 "{}}}\n      {}\n",
                 scalar(sink.name), list_of(match.types, type_of), list_of(match.fields, named),
                 list_of(match.severities, named), labels_map(match.labels),
                 sink_target_yaml(sink.target));
}

void write_events(const EventSettings& events, std::string& out) {
  std::vector<std::string> severities_by_occasion;
  severities_by_occasion.reserve(std::size(occasions));
  for (const Occasion occasion : occasions)
    severities_by_occasion.push_back(
        fmt::format("{}: {}", to_string(occasion), to_string(events.severities.of(occasion))));
  fmt::format_to(
      std::back_inserter(out),
      "events:\n  source: {}\n  retention: {}\n  retention_events: {}\n  severity: {{{}}}\n",
      scalar(events.source), to_string(events.retention), events.retention_events,
      fmt::join(severities_by_occasion, ", "));
  out += events.sinks.empty() ? "  sinks: []\n" : "  sinks:\n";
  for (const SinkSettings& sink : events.sinks)
    write_sink(sink, out);
}

std::string head(const Settings& settings) {
  std::string out = fmt::format("rules: {}\nprobe: {{{}}}\nclouds:\n", to_string(settings.rules),
                                probe_keys(settings.probe));
  for (const Cloud& cloud : settings.clouds)
    write_cloud(cloud, out);
  fmt::format_to(std::back_inserter(out), "limits: {{tenants: {}, tenants_per_list: {}}}\n",
                 settings.limits.tenants, settings.limits.tenants_per_list);
  return out + (settings.tenants.empty() ? "tenants: []\n" : "tenants:\n");
}

std::string rest(const Settings& settings) {
  std::string out = settings.collaborations.empty() ? "collaborations: []\n" : "collaborations:\n";
  const std::set<std::string> ambiguous = ambiguous_names(settings);
  for (const CollaborationSettings& collaboration : settings.collaborations)
    write_collaboration(collaboration, ambiguous, out);
  write_events(settings.events, out);
  return out + storage_yaml(settings);
}

}  // namespace

std::string SettingsYaml::next() {
  std::string out;
  switch (part_) {
    case Part::head:
      part_ = settings_.tenants.empty() ? Part::rest : Part::tenants;
      return head(settings_);
    case Part::tenants: {
      const std::size_t end = std::min(settings_.tenants.size(), tenant_ + tenants_at_once);
      while (tenant_ < end)
        write_tenant(settings_.tenants[tenant_++], out);
      if (end == settings_.tenants.size())
        part_ = Part::rest;
      return out;
    }
    case Part::rest:
      part_ = Part::over;
      return rest(settings_);
    case Part::over:
      break;
  }
  return out;
}

}  // namespace tenantscope
