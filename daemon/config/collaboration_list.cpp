#include "config/collaboration_list.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text/quotation.hpp"
#include "config/tenant_reference.hpp"

namespace tenantscope {
namespace {

constexpr std::string_view identity_prefix = "identity:";

class Reader {
 public:
  Reader(const ProbeSettings& probe, const Clouds& clouds, std::vector<TenantSettings>& tenants,
         FileFindings& findings)
      : probe_(probe), clouds_(clouds), tenants_(tenants), findings_(findings) {
    for (const TenantSettings& tenant : tenants)
      asked_[tenant.key.name].insert(tenant.key.asked);
  }

  CollaborationSettings read(const YamlNode& node) {
    MapReader map(node, "a collaboration", findings_);
    CollaborationSettings collaboration;
    if (const YamlNode* name = map.required_text("name")) {
      collaboration.name = name->scalar;
      if (name->scalar.empty())
        findings_.add(*name, "a collaboration's `name` can't be empty");
      else if (!names_.insert(name->scalar).second)
        findings_.add(*name,
                      fmt::format("there is a collaboration {} already", quote(name->scalar)));
    }
    std::set<std::string> hosts, guests;
    for (const YamlNode* item : members(map, node, "hosts"))
      if (const auto host = read_member(*item); host && is_new(hosts, *host, *item))
        collaboration.hosts.push_back(*host);
    for (const YamlNode* item : members(map, node, "guests"))
      if (const auto guest = read_guest(*item); guest && is_new(guests, *guest, *item))
        collaboration.guests.push_back(*guest);
    if (const YamlNode* word = map.text("cross_cloud")) {
      const auto setting = parse_cross_cloud(word->scalar);
      if (!setting)
        findings_.add(*word,
                      fmt::format("`cross_cloud` has to be enabled, disabled or unset, not {}",
                                  quote(word->scalar)));
      collaboration.cross_cloud = setting.value_or(CrossCloud::unset);
    }
    map.refuse_unknown();
    return collaboration;
  }

 private:
  // Those that are texts.
  std::vector<const YamlNode*> members(MapReader& map, const YamlNode& node, std::string_view key) {
    std::vector<const YamlNode*> found;
    if (node.kind == YamlNode::Kind::map && !map.has(key))
      findings_.add(node, fmt::format("a collaboration needs `{}`", key));
    const YamlNode* list = map.list(key);
    if (!list)
      return found;
    if (list->items.empty())
      findings_.add(*list, fmt::format("`{}` needs at least one member", key));
    for (const YamlNode& item : list->items) {
      if (findings_.end_reading())
        break;
      if (const YamlNode* text = text_item(item, "a member", findings_))
        found.push_back(text);
    }
    return found;
  }

  std::optional<CollaborationGuest> read_guest(const YamlNode& item) {
    if (!item.scalar.starts_with(identity_prefix))
      return read_member(item);
    const std::string provider = item.scalar.substr(identity_prefix.size());
    if (const auto known = parse_identity_provider(provider))
      return *known;
    std::vector<std::string_view> providers;
    providers.reserve(identity_providers.size());
    for (const IdentityProvider one : identity_providers)
      providers.push_back(to_string(one));
    findings_.add(item, fmt::format("unknown identity {}{}", quote(provider),
                                    suggestion(provider, providers, "the identities are")));
    return std::nullopt;
  }

  std::optional<CollaborationMember> read_member(const YamlNode& item) {
    if (item.scalar.starts_with(identity_prefix)) {
      findings_.add(item, "only a guest can be an identity: a host is a tenant");
      return std::nullopt;
    }
    const Result<TenantReference> written = parse_tenant_reference(item.scalar);
    if (!written) {
      findings_.add(item, written.error().detail);
      return std::nullopt;
    }
    if (const auto refused = refuse_form(*written)) {
      findings_.add(item, *refused);
      return std::nullopt;
    }
    const std::optional<std::string> asked =
        written->cloud ? checked_cloud(*written->cloud, item) : cloud_of(written->name, item);
    if (!asked)
      return std::nullopt;
    CollaborationMember member{.key = {.asked = *asked, .name = written->name},
                               .shown = written->shown()};
    if (asked_[written->name].insert(*asked).second)
      tenants_.push_back(
          {.key = member.key, .tenant_id = {}, .expect = {}, .probe = probe_, .labels = {}});
    return member;
  }

  // Where the tenant is asked, if that is one cloud; the global one where it isn't a tenant yet.
  std::optional<std::string> cloud_of(const std::string& name, const YamlNode& item) {
    const auto known = asked_.find(name);
    if (known == asked_.end())
      return "global";
    if (known->second.size() == 1)
      return *known->second.begin();
    findings_.add(item, fmt::format("{} is asked in several clouds: write which one, as {}@{}",
                                    quote(name), name, *known->second.begin()));
    return std::nullopt;
  }

  std::optional<std::string> checked_cloud(const std::string& cloud, const YamlNode& item) {
    if (find_cloud(clouds_, cloud))
      return cloud;
    findings_.add(item, unknown_cloud(clouds_, cloud));
    return std::nullopt;
  }

  static std::string text_of(const CollaborationMember& member) {
    return fmt::format("{}@{}", member.shown, member.key.asked);
  }
  static std::string text_of(const CollaborationGuest& guest) {
    if (const auto* member = std::get_if<CollaborationMember>(&guest))
      return text_of(*member);
    return fmt::format("{}{}", identity_prefix, to_string(std::get<IdentityProvider>(guest)));
  }

  template <class Member>
  bool is_new(std::set<std::string>& seen, const Member& member, const YamlNode& item) {
    const bool added = seen.insert(text_of(member)).second;
    if (!added)
      findings_.add(item, fmt::format("{} is there twice", quote(item.scalar)));
    return added;
  }

  const ProbeSettings& probe_;
  const Clouds& clouds_;
  std::vector<TenantSettings>& tenants_;
  FileFindings& findings_;
  std::map<std::string, std::set<std::string>> asked_;  // clouds by tenant
  std::set<std::string> names_;
};

}  // namespace

std::vector<CollaborationSettings> read_collaborations(const YamlNode& list,
                                                       const ProbeSettings& probe,
                                                       const Clouds& clouds,
                                                       std::vector<TenantSettings>& tenants,
                                                       FileFindings& findings) {
  Reader reader(probe, clouds, tenants, findings);
  std::vector<CollaborationSettings> collaborations;
  for (const YamlNode& item : list.items) {
    if (findings.end_reading())
      break;
    collaborations.push_back(reader.read(item));
  }
  return collaborations;
}

}  // namespace tenantscope
