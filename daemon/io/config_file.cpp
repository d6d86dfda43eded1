#include "io/config_file.hpp"

#include <glob.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "io/cloud_list.hpp"
#include "io/collaboration_list.hpp"
#include "io/config_reader.hpp"
#include "io/quotation.hpp"
#include "io/sink_list.hpp"
#include "io/tenant_list.hpp"
#include "io/text_file.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

// The root of `file`, null where it couldn't be read or parsed; then there is a finding more.
YamlNode parse_file(const fs::path& file, std::vector<ConfigFinding>& findings) {
  const Result<std::string> text = read_text_file(file);
  if (text) return parse_yaml(*text, file.string(), findings);
  findings.push_back({file.string(), 1, 1, "the file can't be read: " + text.error().detail});
  return {};
}

RuleSet read_rules(const YamlNode& node, FileFindings& findings) {
  const auto rules = parse_rule_set(node.scalar);
  if (!rules) findings.add(node, fmt::format("`rules` has to be docs-2025 or seed-2022, not {}", quote(node.scalar)));
  return rules.value_or(RuleSet::docs_2025);
}

bool is_pattern(std::string_view text) { return text.find_first_of("*?[") != std::string_view::npos; }

std::string escape_pattern(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    if (is_pattern({&c, 1}) || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// The files that `pattern` matches, in the order of their names. A folder that isn't there matches nothing; one that can't be read is an
// error, lest its tenants vanish unnoticed.
Result<std::vector<fs::path>> match(const fs::path& folder, const std::string& pattern) {
  if (!is_pattern(pattern)) {
    std::error_code ignored;
    if (!pattern.empty() && fs::exists(folder / pattern, ignored)) return std::vector{folder / pattern};
    return Error{ErrorKind::io, "there is no such file"};
  }
  const bool relative = fs::path(pattern).is_relative() && !folder.empty();
  const std::string whole = relative ? escape_pattern((folder / "").native()) + pattern : pattern;
  const auto stop = [](const char*, int code) { return int(code != ENOENT && code != ENOTDIR); };
  glob_t found{};
  const int code = ::glob(whole.c_str(), 0, stop, &found);
  const int cause = errno;
  std::vector<fs::path> files(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  if (code == 0 || code == GLOB_NOMATCH) return files;
  return Error{ErrorKind::io, std::generic_category().message(cause)};
}

// Each file once, however many patterns match it.
std::vector<fs::path> read_tenant_files(const YamlNode& list, const fs::path& folder, FileFindings& findings) {
  std::vector<fs::path> files;
  std::set<fs::path> seen;
  for (const YamlNode& item : list.items) {
    const YamlNode* pattern = text_item(item, "a tenant file", findings);
    if (!pattern) continue;
    const auto matched = match(folder, pattern->scalar);
    if (!matched) {
      findings.add(item, fmt::format("the tenant file {} can't be read: {}", quote(pattern->scalar), matched.error().detail));
      continue;
    }
    for (const fs::path& file : *matched)
      if (seen.insert(file.lexically_normal()).second) files.push_back(file);
  }
  return files;
}

void read_tenant_file(const fs::path& file, TenantList& tenants, std::vector<ConfigFinding>& all) {
  const std::size_t before = all.size();
  const YamlNode root = parse_file(file, all);
  FileFindings findings{file.string(), all};
  if (root.kind == YamlNode::Kind::sequence)
    tenants.read(root, findings);
  else if (all.size() == before)
    findings.add(root, "a tenant file has to be a list like `tenants`; write [] for none");
}

// Where to say that a cloud's plan exceeds its ceiling: at the ceiling, or where the tenants come from.
const YamlNode& place_of_ceiling(const YamlNode& root, const std::string& cloud) {
  const YamlNode* clouds = root.find("clouds");
  const YamlNode* own = clouds ? clouds->find(cloud) : nullptr;
  if (const YamlNode* ceiling = own ? own->find("requests_per_second") : nullptr) return *ceiling;
  const YamlNode* tenants = root.find("tenants");
  if (tenants && !tenants->items.empty()) return *tenants;
  const YamlNode* files = root.find("tenant_files");
  return files ? *files : root;
}

void warn_of_plans(const YamlNode& root, const Settings& settings, FileFindings& warnings) {
  std::map<std::string_view, double> planned;
  for (const TenantSettings& tenant : settings.tenants)
    planned[tenant.key.asked] += 1 / std::chrono::duration<double>(tenant.probe.interval).count();
  for (const Cloud& cloud : settings.clouds)
    if (const double rate = planned[cloud.name]; rate > cloud.requests_per_second * (1 + 1e-9))
      warnings.add(place_of_ceiling(root, cloud.name),
                   fmt::format("the tenants asked in `{}` need {:.3g} requests per second, but its `requests_per_second` is {:.3g}: probes "
                               "will be late; lengthen their `interval`",
                               cloud.name, rate, cloud.requests_per_second));
}

}  // namespace

LoadedConfig load_config(const fs::path& file) {
  LoadedConfig loaded;
  Settings& settings = loaded.settings;
  const fs::path folder = file.parent_path();
  FileFindings findings{file.string(), loaded.errors};
  FileFindings warnings{file.string(), loaded.warnings};

  YamlNode root = parse_file(file, loaded.errors);
  if (root.kind == YamlNode::Kind::null) root.kind = YamlNode::Kind::map;
  MapReader map(root, "the configuration", findings);

  if (const YamlNode* rules = map.text("rules")) settings.rules = read_rules(*rules, findings);
  ProbeKeys defaults;
  if (const YamlNode* probe = map.map("probe")) {
    MapReader keys(*probe, "`probe`", findings);
    defaults.read(keys);
    keys.refuse_unknown();
  }
  settings.probe = defaults.probe;
  if (const YamlNode* clouds = map.map("clouds")) read_clouds(*clouds, folder, settings.clouds, findings);

  TenantList tenants(defaults, settings.clouds);
  if (const YamlNode* list = map.list("tenants")) tenants.read(*list, findings);
  if (const YamlNode* list = map.list("tenant_files"))
    for (const fs::path& tenant_file : read_tenant_files(*list, folder, findings)) read_tenant_file(tenant_file, tenants, loaded.errors);
  settings.tenants = tenants.take();
  if (const YamlNode* list = map.list("collaborations"))
    settings.collaborations = read_collaborations(*list, defaults.probe, settings.clouds, settings.tenants, findings);

  if (const YamlNode* events = map.map("events")) settings.events = read_events(*events, folder, findings, warnings);
  map.unsupported("tenant_urls");
  map.refuse_unknown();

  std::ranges::stable_sort(loaded.errors);
  if (loaded.errors.empty())
    warn_of_plans(root, settings, warnings);
  else
    loaded.warnings.clear();
  std::ranges::sort(loaded.warnings);
  return loaded;
}

}  // namespace tenantscope
