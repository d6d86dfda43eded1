#include "config/config_file.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "base/text/quotation.hpp"
#include "base/text/url.hpp"
#include "base/text_file.hpp"
#include "config/cloud_list.hpp"
#include "config/collaboration_list.hpp"
#include "config/config_reader.hpp"
#include "config/events_section.hpp"
#include "config/json_list.hpp"
#include "config/tenant_files.hpp"
#include "config/tenant_list.hpp"
#include "config/tenant_url_list.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

// Empty where it can't be read; then there is a finding more.
std::string read_file(const fs::path& file, std::vector<ConfigFinding>& findings) {
  Result<std::string> text = read_text_file(file);
  if (text)
    return std::move(*text);
  findings.push_back({file.string(), 1, 1, "the file can't be read: " + text.error().detail});
  return {};
}

RuleSet read_rules(const YamlNode& node, FileFindings& findings) {
  const auto rules = parse_rule_set(node.scalar);
  if (!rules)
    findings.add(
        node, fmt::format("`rules` has to be docs-2025 or seed-2022, not {}", quote(node.scalar)));
  return rules.value_or(RuleSet::docs_2025);
}

// Lists in JSON are read quickly at first, without places. Where anything is wrong, all is read
// again by the reader that has them.
struct Pace {
  bool careful = false;
  bool places_missing = false;
};

bool read_json_text(const std::string& text, const std::string& name, TenantList& tenants) {
  std::vector<ConfigFinding> none;
  FileFindings findings{name, none};
  const auto mark = tenants.mark();
  tenants.begin(name);
  const bool read = read_json_list(text, [&](const YamlNode& item) {
    tenants.read_tenant(item, findings);
    return none.empty();
  });
  if (!read)
    tenants.go_back(mark);
  return read;
}

void read_tenant_text(const std::string& text, const std::string& name, Pace& pace,
                      TenantList& tenants, std::vector<ConfigFinding>& all) {
  if (!pace.careful && looks_like_json(text)) {
    pace.places_missing = true;
    if (read_json_text(text, name, tenants))
      return;
  }
  const std::size_t before = all.size();
  const YamlNode root = parse_yaml(text, name, all);
  FileFindings findings{name, all};
  if (root.kind == YamlNode::Kind::sequence)
    tenants.read(root, findings);
  else if (all.size() == before)
    findings.add(root, "a list of tenants has to be a list like `tenants`; write [] for none");
}

void read_tenant_file(const fs::path& file, Pace& pace, TenantList& tenants,
                      std::vector<ConfigFinding>& all) {
  const std::size_t before = all.size();
  const std::string text = read_file(file, all);
  if (all.size() == before)
    read_tenant_text(text, file.string(), pace, tenants, all);
}

// All of the list, or what is wrong in it.
std::vector<ConfigFinding> read_fetched(const std::string& url, const std::string& text, Pace& pace,
                                        TenantList& tenants) {
  std::vector<ConfigFinding> findings;
  const auto mark = tenants.mark();
  read_tenant_text(text, without_query(url), pace, tenants, findings);
  if (!findings.empty())
    tenants.go_back(mark);
  return findings;
}

// Where to say that a cloud's plan exceeds what its `key` permits: there, or where the tenants come
// from.
const YamlNode& place_of_limit(const YamlNode& root, const std::string& cloud,
                               std::string_view key) {
  const YamlNode* clouds = root.find("clouds");
  const YamlNode* own = clouds ? clouds->find(cloud) : nullptr;
  if (const YamlNode* limit = own ? own->find(key) : nullptr)
    return *limit;
  const YamlNode* tenants = root.find("tenants");
  if (tenants && !tenants->items.empty())
    return *tenants;
  const YamlNode* files = root.find("tenant_files");
  return files ? *files : root;
}

constexpr double usual_answer = 0.2;  // seconds; as Microsoft's authority does

void warn_of_plans(const YamlNode& root, const Settings& settings, FileFindings& warnings) {
  constexpr double rounding = 1e-9;
  std::map<std::string_view, double> planned;
  for (const TenantSettings& tenant : settings.tenants)
    planned[tenant.key.asked] += 1 / std::chrono::duration<double>(tenant.probe.interval).count();
  for (const Cloud& cloud : settings.clouds) {
    const double rate = planned[cloud.name];
    if (rate > cloud.requests_per_second * (1 + rounding))
      warnings.add(place_of_limit(root, cloud.name, "requests_per_second"),
                   fmt::format("the tenants asked in `{}` need {:.4g} requests per second, but its "
                               "`requests_per_second` is {:.4g}: probes "
                               "will be late; lengthen their `interval`",
                               cloud.name, rate, cloud.requests_per_second));
    const auto needed = std::size_t(std::ceil(rate * usual_answer * (1 - rounding)));
    if (needed > cloud.connections)
      warnings.add(
          place_of_limit(root, cloud.name, "connections"),
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
  Pace& pace;
  LoadedConfig& loaded;
  FileFindings& findings;
};

void read_all_tenants(MapReader& map, const ProbeKeys& defaults, const Inputs& inputs) {
  LoadedConfig& loaded = inputs.loaded;
  Settings& settings = loaded.settings;
  TenantList tenants(defaults, settings.clouds);
  if (const YamlNode* list = map.list("tenants"))
    tenants.read(*list, inputs.findings);
  if (const YamlNode* list = map.list("tenant_files")) {
    for (const YamlNode& item : list->items)
      settings.tenant_files.push_back(item.scalar);
    loaded.tenant_files = stamp_tenant_files(settings.tenant_files, inputs.folder);
    for (const fs::path& file : read_tenant_files(*list, inputs.folder, inputs.findings))
      read_tenant_file(file, inputs.pace, tenants, loaded.errors);
  }
  if (const YamlNode* list = map.list("tenant_urls"))
    settings.tenant_urls = read_tenant_urls(*list, inputs.findings);
  const auto& fetched = inputs.sources.lists;
  for (const TenantUrl& list : settings.tenant_urls)
    if (const auto text = fetched.find(list.url); text != fetched.end())
      if (auto refused = read_fetched(list.url, text->second, inputs.pace, tenants);
          !refused.empty())
        loaded.refused_lists.emplace(list.url, std::move(refused));
  settings.tenants = tenants.take();
}

LoadedConfig load(const fs::path& file, const ConfigSources& sources, Pace& pace) {
  LoadedConfig loaded;
  Settings& settings = loaded.settings;
  const fs::path folder = file.parent_path();
  FileFindings findings{file.string(), loaded.errors};
  FileFindings warnings{file.string(), loaded.warnings};

  loaded.text = sources.text ? *sources.text : read_file(file, loaded.errors);
  YamlNode root =
      loaded.errors.empty() ? parse_yaml(loaded.text, file.string(), loaded.errors) : YamlNode{};
  if (root.kind == YamlNode::Kind::null)
    root.kind = YamlNode::Kind::map;
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
    read_clouds(*clouds, folder, settings.clouds, findings);

  read_all_tenants(map, defaults, {folder, sources, pace, loaded, findings});
  if (const YamlNode* list = map.list("collaborations"))
    settings.collaborations =
        read_collaborations(*list, defaults.probe, settings.clouds, settings.tenants, findings);

  if (const YamlNode* events = map.map("events"))
    settings.events = read_events(*events, folder, findings, warnings);
  map.refuse_unknown();

  std::ranges::stable_sort(loaded.errors);
  if (loaded.errors.empty())
    warn_of_plans(root, settings, warnings);
  else
    loaded.warnings.clear();
  std::ranges::sort(loaded.warnings);
  return loaded;
}

}  // namespace

LoadedConfig load_config(const fs::path& file, const ConfigSources& sources) {
  Pace pace;
  LoadedConfig loaded = load(file, sources, pace);
  if (pace.places_missing && !(loaded.errors.empty() && loaded.refused_lists.empty())) {
    pace.careful = true;
    loaded = load(file, sources, pace);
  }
  // They lie scattered among what reading took and has given back: close together, they let that go
  // back to the system.
  loaded.settings.tenants = std::vector(loaded.settings.tenants);
  return loaded;
}

}  // namespace tenantscope
