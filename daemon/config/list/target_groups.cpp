#include "config/list/target_groups.hpp"

#include <optional>
#include <utility>

#include "config/config_reader.hpp"
#include "config/tenant_reference.hpp"

namespace tenantscope {
namespace {

YamlNode without_hidden_labels(const YamlNode& labels) {
  YamlNode shown;
  shown.kind = labels.kind;
  for (std::size_t i = 0; i < labels.keys.size(); ++i) {
    if (labels.keys[i].scalar.starts_with("__"))
      continue;
    shown.keys.push_back(labels.keys[i]);
    shown.items.push_back(labels.items[i]);
  }
  return shown;
}

// Programs that have none to give write null.
Labels read_group_labels(MapReader& map, TenantList& tenants, FileFindings& findings) {
  const YamlNode* const labels = map.map_or_null("labels");
  return labels ? tenants.read_tenant_labels(without_hidden_labels(*labels), findings) : Labels();
}

// Nothing: there is a finding.
std::optional<TenantReference> read_target(const YamlNode& item, const TenantList& tenants,
                                           FileFindings& findings) {
  const YamlNode* const written = text_item(item, "a target", findings);
  if (!written)
    return std::nullopt;
  Result<TenantReference> reference = parse_tenant_reference(written->scalar);
  if (!reference)
    findings.add(item, reference.error().detail);
  else if (const auto refused = refuse_form(*reference))
    findings.add(item, *refused);
  else if (reference->cloud && !find_cloud(tenants.clouds(), *reference->cloud))
    findings.add(item, unknown_cloud(tenants.clouds(), *reference->cloud));
  else
    return std::move(*reference);
  return std::nullopt;
}

}  // namespace

bool is_target_group(const YamlNode& item) { return item.find(targets_key) && !item.find("name"); }

bool read_target_group(const YamlNode& group, TenantList& tenants, FileFindings& findings) {
  MapReader map(group, "a target group", findings);
  const YamlNode* const targets = map.required_list(targets_key);
  const Labels labels = read_group_labels(map, tenants, findings);
  map.refuse_unknown();
  if (!targets)
    return !findings.end_reading();
  for (const YamlNode& item : targets->items) {
    auto reference = read_target(item, tenants, findings);
    if (!reference ? findings.end_reading()
                   : !tenants.add({.reference = std::move(*reference),
                                   .labels = labels,
                                   .at = {item.line, item.column}},
                                  findings))
      return false;
  }
  return !findings.end_reading();
}

}  // namespace tenantscope
