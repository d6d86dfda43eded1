#include "config/own_tenants.hpp"

#include <utility>

namespace tenantscope {
namespace {

constexpr std::size_t most_values = 500'000;  // some 50 MB
constexpr std::string_view key = "tenants";

bool can_be_tenant(const YamlNode& item) {
  return item.kind == YamlNode::Kind::map && !item.keys.empty();
}

std::size_t values_of(const YamlNode& node) {
  std::size_t values = 1 + node.keys.size();
  for (const YamlNode& item : node.items)
    values += values_of(item);
  return values;
}

}  // namespace

YamlReading OwnTenants::reading() {
  return {.items = {.take = [this](YamlNode& item) { return take(item); }, .key = key}};
}

void OwnTenants::read(std::string_view text, TenantList& tenants) {
  tenants.begin(findings_.file);
  if (kept_all_) {
    for (const YamlNode& item : std::exchange(kept_, {}))
      if (!read_one(item, tenants))
        break;
    return;
  }
  std::vector<ConfigFinding> told_already;
  FileFindings again(findings_.file, told_already, findings_.cancelled);
  const auto take = [&](YamlNode& item) { return read_one(item, tenants); };
  parse_yaml(text, again, {.items = {.take = take, .key = key}});
}

// What can't be one is told at once, lest a text that is full of it be read to its end.
bool OwnTenants::take(YamlNode& item) {
  any_ = true;
  if (!can_be_tenant(item)) {
    MapReader(item, "a tenant", findings_).required_text("name");
  } else if (kept_all_) {
    values_ += values_of(item);
    kept_.push_back(std::move(item));
    kept_all_ = values_ <= most_values;
    if (!kept_all_)
      kept_ = {};
  }
  return !findings_.end_reading();
}

bool OwnTenants::read_one(const YamlNode& item, TenantList& tenants) {
  return !can_be_tenant(item) || tenants.read_tenant(item, findings_);
}

}  // namespace tenantscope
