#include "config/config_file.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/text/quotation.hpp"
#include "base/text/url.hpp"
#include "base/text_file.hpp"
#include "config/cloud_list.hpp"
#include "config/collaboration_list.hpp"
#include "config/config_reader.hpp"
#include "config/events_section.hpp"
#include "config/list/list_forms.hpp"
#include "config/own_tenants.hpp"
#include "config/storage_section.hpp"
#include "config/tenant_files.hpp"
#include "config/tenant_list.hpp"
#include "config/tenant_url_list.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_in_all = 10 * most_findings;
constexpr std::size_t most_tenants = 10'000'000;  // that the limits can be raised to

// Empty where it can't be read; then there is a finding more.
std::string read_file(const fs::path& file, FileFindings& findings) {
  Result<std::string> text = read_text_file(file, {.cancelled = findings.cancelled});
  if (text)
    return std::move(*text);
  findings.add(TextPlace{}, "the file can't be read: " + text.error().detail);
  return {};
}

RuleSet read_rules(const YamlNode& node, FileFindings& findings) {
  const auto rules = parse_rule_set(node.scalar);
  if (!rules)
    findings.add(node,
                 fmt::format("`rules` has to be {}, not {}", rule_set_names, quote(node.scalar)));
  return rules.value_or(default_rules);
}

TenantLimits read_limits(const YamlNode& node, FileFindings& findings) {
  MapReader map(node, "`limits`", findings);
  TenantLimits limits;
  map.whole_number("tenants", limits.tenants, 1, most_tenants);
  map.whole_number("tenants_per_list", limits.tenants_per_list, 1, most_tenants);
  map.refuse_unknown();
  return limits;
}

void read_list(const std::string& text, FileFindings& findings, TenantList& tenants) {
  tenants.begin(findings.file);
  read_tenant_list(text, tenants, findings);
}

void read_tenant_file(const fs::path& file, const Cancelled& cancelled, TenantList& tenants,
                      std::vector<ConfigFinding>& all) {
  FileFindings findings(file.string(), all, cancelled);
  const std::string text = read_file(file, findings);
  if (!findings.any())
    read_list(text, findings, tenants);
}

// All of the list, or what is wrong in it.
std::vector<ConfigFinding> read_fetched(const std::string& url, const std::string& text,
                                        const Cancelled& cancelled, TenantList& tenants) {
  std::vector<ConfigFinding> all;
  FileFindings findings(without_query(url), all, cancelled);
  const auto mark = tenants.mark();
  read_list(text, findings, tenants);
  if (findings.any())
    tenants.go_back(mark);
  std::ranges::stable_sort(all);
  return all;
}

// Where to say that a cloud's plan exceeds what its `key` permits: there, or where the tenants come
// from.
const YamlNode& place_of_limit(const YamlNode& root, bool own_tenants, const std::string& cloud,
                               std::string_view key) {
  const YamlNode* clouds = root.find("clouds");
  const YamlNode* own = clouds ? clouds->find(cloud) : nullptr;
  if (const YamlNode* limit = own ? own->find(key) : nullptr)
    return *limit;
  const YamlNode* tenants = root.find("tenants");
  if (tenants && own_tenants)
    return *tenants;
  const YamlNode* files = root.find("tenant_files");
  return files ? *files : root;
}

void warn_of_nothing(const YamlNode& root, const Settings& settings, FileFindings& warnings) {
  if (settings.tenants.empty() && settings.tenant_urls.empty())
    warnings.add(root,
                 "the configuration watches nothing: no tenant is in `tenants`, "
                 "`tenant_files` or `collaborations`, and there are no `tenant_urls`");
}

// For one release. Rule files and dashboards can't be seen from here.
void hint_at_pairs_labels(const YamlNode& root, const Settings& settings, FileFindings& hints) {
  if (!settings.collaborations.empty())
    hints.add(*root.find("collaborations"),
              "the metric of pairs has the labels `host_tenant` and `guest_tenant` in place of "
              "`host` and `guest`: rules and dashboards of your own have to name these; until they "
              "do, old-names.rules.yaml records the old ones as well");
}

constexpr double usual_answer = 0.2;  // seconds; as Microsoft's authority does

void warn_of_plans(const YamlNode& root, bool own_tenants, const Settings& settings,
                   FileFindings& warnings) {
  constexpr double rounding = 1e-9;
  std::map<std::string_view, double> planned;
  for (const TenantSettings& tenant : settings.tenants)
    planned[tenant.key.asked] += 1 / std::chrono::duration<double>(tenant.probe.interval).count();
  for (const Cloud& cloud : settings.clouds) {
    const double rate = planned[cloud.name];
    if (rate > cloud.requests_per_second * (1 + rounding))
      warnings.add(place_of_limit(root, own_tenants, cloud.name, "requests_per_second"),
                   fmt::format("the tenants asked in `{}` need {:.4g} requests per second, but its "
                               "`requests_per_second` is {:.4g}: probes "
                               "will be late; lengthen their `interval`",
                               cloud.name, rate, cloud.requests_per_second));
    const auto needed = std::size_t(std::ceil(rate * usual_answer * (1 - rounding)));
    if (needed > cloud.connections)
      warnings.add(
          place_of_limit(root, own_tenants, cloud.name, "connections"),
          fmt::format("the tenants asked in `{}` need {:.4g} requests per second and so {} "
                      "connections where an answer takes 200 ms, "
                      "but its `connections` is {}{}: probes will be late; set `connections` to {} "
                      "or more, or lengthen their `interval`",
                      cloud.name, rate, needed, cloud.connections,
                      cloud.connections == Cloud{}.connections ? ", the default" : "", needed));
  }
}

// Where a configuration is read from, and into.
struct Inputs {
  fs::path folder;
  const ConfigSources& sources;
  LoadedConfig& loaded;
  FileFindings& findings;
  FileFindings& warnings;
};

void read_all_tenant_files(const YamlNode& list, const Inputs& inputs, TenantList& tenants) {
  LoadedConfig& loaded = inputs.loaded;
  Settings& settings = loaded.settings;
  for (const YamlNode& item : list.items)
    settings.tenant_files.push_back(item.scalar);
  loaded.tenant_files = stamp_tenant_files(settings.tenant_files, inputs.folder);
  MatchedFiles matched = read_tenant_files(list, inputs.folder, inputs.findings, inputs.warnings);
  loaded.unmatched = std::move(matched.unmatched);
  for (const fs::path& file : matched.files) {
    if (is_cancelled(inputs.sources.cancelled))
      return;
    if (loaded.errors.size() >= most_in_all)
      return inputs.findings.add(
          list, fmt::format("the tenant files from {} on weren't read: there is enough to mend in "
                            "those before it",
                            quote(file.native())));
    read_tenant_file(file, inputs.sources.cancelled, tenants, loaded.errors);
  }
  loaded.files_changed =
      stamp_tenant_files(settings.tenant_files, inputs.folder) != loaded.tenant_files;
}

void read_all_tenants(MapReader& map, const ProbeKeys& defaults, OwnTenants& own,
                      const Inputs& inputs) {
  LoadedConfig& loaded = inputs.loaded;
  Settings& settings = loaded.settings;
  TenantList tenants(defaults, settings.clouds, settings.limits, loaded.warnings);
  if (map.list("tenants"))
    own.read(loaded.text, tenants);
  if (const YamlNode* list = map.list("tenant_files"))
    read_all_tenant_files(*list, inputs, tenants);
  if (const YamlNode* list = map.list("tenant_urls"))
    settings.tenant_urls = read_tenant_urls(*list, inputs.folder, inputs.findings, inputs.warnings);
  const auto& fetched = inputs.sources.lists;
  for (const TenantUrl& list : settings.tenant_urls) {
    const auto text = fetched.find(list.url);
    if (text == fetched.end() || is_cancelled(inputs.sources.cancelled))
      continue;
    auto refused = read_fetched(list.url, text->second, inputs.sources.cancelled, tenants);
    if (!refused.empty())
      loaded.refused_lists.emplace(list.url, std::move(refused));
  }
  settings.tenants = tenants.take();
}

void read_members(const YamlNode& list, const ProbeKeys& defaults, Settings& settings,
                  FileFindings& findings) {
  settings.collaborations =
      read_collaborations(list, defaults.probe, settings.clouds, settings.tenants, findings);
  if (settings.tenants.size() > settings.limits.tenants)
    findings.add(list, fmt::format("over {} tenants in all with the members of these: raise "
                                   "`limits.tenants`, or leave some out",
                                   settings.limits.tenants));
}

LoadedConfig load(const fs::path& file, const ConfigSources& sources) {
  LoadedConfig loaded;
  Settings& settings = loaded.settings;
  const fs::path folder = file.parent_path();
  FileFindings findings(file.string(), loaded.errors, sources.cancelled);
  FileFindings warnings(file.string(), loaded.warnings);

  if (!sources.text)
    loaded.own_file = stamp_of(file);
  loaded.text = sources.text ? *sources.text : read_file(file, findings);
  OwnTenants own(findings);
  YamlNode root = findings.any() ? YamlNode{} : parse_yaml(loaded.text, findings, own.reading());
  refuse_emptiness(root, "the configuration", findings);
  MapReader map(root, "the configuration", findings);

  if (const YamlNode* rules = map.text("rules"))
    settings.rules = read_rules(*rules, findings);
  ProbeKeys defaults;
  if (const YamlNode* probe = map.map("probe")) {
    MapReader keys(*probe, "`probe`", findings);
    defaults.read(keys);
    keys.refuse_unknown();
  }
  settings.probe = defaults.probe;
  if (const YamlNode* clouds = map.map("clouds"))
    read_clouds(*clouds, folder, settings.clouds, findings, warnings);
  if (const YamlNode* limits = map.map("limits"))
    settings.limits = read_limits(*limits, findings);

  read_all_tenants(map, defaults, own, {folder, sources, loaded, findings, warnings});
  if (const YamlNode* list = map.list("collaborations"))
    read_members(*list, defaults, settings, findings);
  if (const YamlNode* events = map.map("events"))
    settings.events = read_events(*events, folder, findings, warnings);
  read_storage(map, settings, {.folder = folder, .findings = findings, .warnings = warnings});
  map.refuse_unknown();

  std::ranges::stable_sort(loaded.errors);
  if (loaded.errors.empty()) {
    warn_of_nothing(root, settings, warnings);
    warn_of_plans(root, own.any(), settings, warnings);
    FileFindings hints(file.string(), loaded.hints);
    hint_at_pairs_labels(root, settings, hints);
  } else {
    loaded.warnings.clear();
  }
  std::ranges::sort(loaded.warnings);
  if (loaded.own_file && stamp_of(file) != *loaded.own_file)
    loaded.files_changed = true;
  return loaded;
}

}  // namespace

LoadedConfig load_config(const fs::path& file, const ConfigSources& sources) {
  LoadedConfig loaded = load(file, sources);
  // They lie scattered among what reading took and has given back: close together, they let that go
  // back to the system.
  loaded.settings.tenants = std::vector(loaded.settings.tenants);
  if (is_cancelled(sources.cancelled))
    loaded.errors.insert(loaded.errors.begin(), {file.string(), 1, 1, "reading was cancelled"});
  return loaded;
}

}  // namespace tenantscope
