#include "config/tenant_list.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text/quotation.hpp"
#include "config/tenant_reference.hpp"

namespace tenantscope {
namespace {

// In events, alerts and metrics.
constexpr std::array<std::string_view, 9> own_fields{"environment", "severity",    "alertname",
                                                     "sequence",    "drill",       "collaboration",
                                                     "summary",     "host_tenant", "guest_tenant"};

constexpr std::array<std::string_view, 7> reserved_labels{
    "tenant", "asked", "cloud", "tenant_id", "job", "instance", "le"};

// [a-zA-Z_][a-zA-Z0-9_]*
bool is_label_name(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

std::optional<Guid> read_tenant_id(const YamlNode& node, FileFindings& findings) {
  const auto guid = parse_guid(node.scalar);
  if (!guid)
    findings.add(node,
                 fmt::format("`tenant_id` has to be a GUID, 8-4-4-4-12 hexadecimal digits, not {}",
                             quote(node.scalar)));
  else if (const auto refused = refuse_tenant_name(to_string(*guid)))
    findings.add(node, fmt::format("`tenant_id` can't be {}: {}", quote(node.scalar), *refused));
  return guid;
}

Expectation read_expectation(const YamlNode& node, FileFindings& findings) {
  MapReader map(node, "`expect`", findings);
  Expectation expect;
  if (const YamlNode* scope = map.text("region_scope"))
    expect.region_scope = scope->scalar;
  if (const YamlNode* b2b = map.text("b2b")) {
    expect.b2b = parse_b2b(b2b->scalar);
    if (!expect.b2b)
      findings.add(*b2b, fmt::format("`b2b` has to be supported, not_supported or unknown, not {}",
                                     quote(b2b->scalar)));
  }
  map.refuse_unknown();
  return expect;
}

std::vector<Labels::Label> read_label_list(const YamlNode& node, FileFindings& findings) {
  std::vector<Labels::Label> labels;
  labels.reserve(node.keys.size());
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    if (const auto refused = refuse_label_name(node.keys[i].scalar))
      findings.add(node.keys[i], *refused);
    if (const YamlNode* value = text_item(node.items[i], "a label's value", findings))
      labels.emplace_back(node.keys[i].scalar, value->scalar);
  }
  return labels;
}

}  // namespace

std::optional<std::string> refuse_label_name(std::string_view name) {
  if (!is_label_name(name))
    return fmt::format(
        "a label can't be named {}: a name is made of letters, digits and _, and "
        "begins with no digit",
        quote(name));
  if (name.starts_with("__") || std::ranges::find(reserved_labels, name) != reserved_labels.end())
    return fmt::format("the label name {} is reserved: choose another one", quote(name));
  return std::nullopt;
}

Labels read_labels(const YamlNode& node, FileFindings& findings) {
  return Labels(read_label_list(node, findings));
}

bool is_own_field(std::string_view label) {
  return std::ranges::find(own_fields, label) != own_fields.end();
}

TenantList::TenantList(const ProbeKeys& defaults, const Clouds& clouds, const TenantLimits& limits,
                       std::vector<ConfigFinding>& warnings)
    : defaults_(defaults), clouds_(clouds), limits_(limits), warnings_(warnings) {}

void TenantList::begin(const std::string& file) {
  files_.push_back(file);
  list_begin_ = tenants_.size();
  own_fields_.clear();
}

// A double's name stays with whoever had it first.
void TenantList::go_back(const Mark& mark) {
  index_.cut(std::uint32_t(mark.tenants));
  tenants_.resize(mark.tenants);
  places_.resize(mark.tenants);
  files_.resize(mark.files);
  warnings_.resize(mark.warnings);
}

std::vector<TenantSettings> TenantList::take() {
  index_.cut(0);
  tenants_.shrink_to_fit();
  return std::move(tenants_);
}

bool TenantList::read_tenant(const YamlNode& node, FileFindings& findings) {
  if (refuse_more({node.line, node.column}, findings))
    return false;
  MapReader map(node, "a tenant", findings);
  TenantSettings tenant;
  tenant.key.name = read_name(map, findings);
  tenant.key.asked = read_cloud(map, findings);
  const YamlNode* name = node.find("name");
  const bool named = !tenant.key.asked.empty() && !tenant.key.name.empty() &&
                     !refuse_double(tenant.key, {name->line, name->column}, findings);

  if (const YamlNode* id = map.text("tenant_id"))
    tenant.tenant_id = read_tenant_id(*id, findings);
  if (const YamlNode* expect = map.map("expect"))
    tenant.expect = read_expectation(*expect, findings);
  if (const YamlNode* labels = map.map("labels"))
    tenant.labels = shared(read_tenant_labels(*labels, findings));
  ProbeKeys keys = defaults_;
  keys.read(map);
  tenant.probe = keys.probe;
  map.refuse_unknown();
  keep(std::move(tenant), name ? TextPlace{name->line, name->column} : TextPlace{});
  if (named)
    index_.insert(std::uint32_t(tenants_.size() - 1));
  return !findings.end_reading();
}

bool TenantList::add(Named named, FileFindings& findings) {
  TenantSettings tenant;
  tenant.key.name = std::move(named.reference.name);
  tenant.key.asked = named.reference.cloud.value_or("global");
  tenant.probe = defaults_.probe;
  tenant.labels = shared(std::move(named.labels));
  const auto known = index_.find(tenant.key);
  if (named.repeatable && known && *known >= list_begin_)
    return !is_cancelled(findings.cancelled);
  if (refuse_more(named.at, findings))
    return false;
  if (!refuse_double(tenant.key, named.at, findings)) {
    keep(std::move(tenant), named.at);
    index_.insert(std::uint32_t(tenants_.size() - 1));
  }
  return !findings.end_reading();
}

void TenantList::keep(TenantSettings tenant, TextPlace name) {
  tenants_.push_back(std::move(tenant));
  places_.push_back({std::uint32_t(files_.size() - 1), name.line, name.column});
}

bool TenantList::refuse_more(TextPlace at, FileFindings& findings) const {
  const bool full = tenants_.size() - list_begin_ >= limits_.tenants_per_list;
  if (!full && tenants_.size() < limits_.tenants)
    return false;
  findings.add(at, full ? list_full()
                        : fmt::format("over {} tenants in all: raise `limits.tenants`, or leave "
                                      "some out",
                                      limits_.tenants));
  return true;
}

Labels TenantList::read_tenant_labels(const YamlNode& node, FileFindings& findings) {
  std::vector<Labels::Label> labels = read_label_list(node, findings);
  std::erase_if(labels, [](const Labels::Label& label) { return is_own_field(label.first); });
  for (const YamlNode& key : node.keys)
    if (is_own_field(key.scalar))
      warn_of_own_field(key);
  return Labels(std::move(labels));
}

std::string TenantList::list_full() const {
  return fmt::format(
      "over {} tenants in one list: raise `limits.tenants_per_list`, or split the list",
      limits_.tenants_per_list);
}

// One warning for each, at its first place.
void TenantList::warn_of_own_field(const YamlNode& label) {
  const auto [told, first] = own_fields_.try_emplace(label.scalar, Warning{warnings_.size()});
  if (first)
    warnings_.push_back({files_.back(), label.line, label.column, {}});
  const std::size_t more = first ? 0 : ++told->second.more;
  warnings_[told->second.at].message = fmt::format(
      "the label {} is left out{}: a field of tenantscope's own has that name. From the next "
      "release on this is an error: choose another name",
      quote(label.scalar), more > 0 ? fmt::format(" (and so at {} more)", more) : "");
}

Labels TenantList::shared(Labels labels) { return *labels_.insert(std::move(labels)).first; }

// Empty where the name was refused.
std::string TenantList::read_name(MapReader& map, FileFindings& findings) const {
  const YamlNode* node = map.required_text("name");
  if (!node)
    return {};
  Result<TenantReference> reference = parse_tenant_reference(node->scalar);
  if (!reference)
    findings.add(*node, reference.error().detail);
  else if (const auto refused = refuse_form(*reference))
    findings.add(*node, *refused);
  else if (reference->cloud)
    findings.add(*node, fmt::format("{}: write the name alone, and the cloud to ask as `cloud: {}`",
                                    quote(reference->shown()), *reference->cloud));
  else
    return std::move(reference->name);
  return {};
}

// Empty where the cloud was refused.
std::string TenantList::read_cloud(MapReader& map, FileFindings& findings) const {
  const YamlNode* node = map.text("cloud");
  if (!map.has("cloud"))
    return "global";
  if (!node || find_cloud(clouds_, node->scalar))
    return node ? node->scalar : "";
  findings.add(*node, unknown_cloud(clouds_, node->scalar));
  return {};
}

bool TenantList::refuse_double(const TenantKey& key, TextPlace name, FileFindings& findings) const {
  const auto first = index_.find(key);
  if (!first)
    return false;
  const Place& place = places_[*first];
  findings.add(name, fmt::format("`{}` is there already in the cloud `{}`, at {}:{}:{}", key.name,
                                 key.asked, files_[place.file], place.line, place.column));
  return true;
}

}  // namespace tenantscope
