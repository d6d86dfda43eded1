// Reads lists of tenants: `tenants:` of the configuration and the tenant files. One TenantList for
// them all, since no name may be there twice in one cloud. For config/config_file.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/config_reader.hpp"
#include "config/probe_section.hpp"
#include "config/tenant_reference.hpp"
#include "domain/key_index.hpp"
#include "domain/settings.hpp"

namespace tenantscope {

// Why a label can't be named so. Nothing: it can.
std::optional<std::string> refuse_label_name(std::string_view name);

// `labels:` of a tenant, or of what a tenant's are compared with.
Labels read_labels(const YamlNode& node, FileFindings& findings);

// Whether a field of ours is named so: a tenant's label isn't.
bool is_own_field(std::string_view label);

class TenantList {
 public:
  // REQUIRES: all outlive the list.
  TenantList(const ProbeKeys& defaults, const Clouds& clouds, const TenantLimits& limits,
             std::vector<ConfigFinding>& warnings);

  // The next ones are those of a list from `file`.
  void begin(const std::string& file);
  // False: the list isn't to be read on; the findings say why.
  bool read_tenant(const YamlNode& node, FileFindings& findings);

  // A tenant of which a list has but the name, and maybe labels: it is watched as `probe` says.
  struct Named {
    TenantReference reference;  // global's where it names no cloud
    Labels labels = {};
    TextPlace at = {};
    bool repeatable = false;  // the list may name it more than once: the first counts
  };
  // False: as above.
  bool add(Named named, FileFindings& findings);
  // `labels:` of a tenant, without those that are named as fields of ours; of these it warns.
  Labels read_tenant_labels(const YamlNode& node, FileFindings& findings);

  const Clouds& clouds() const { return clouds_; }
  const TenantLimits& limits() const { return limits_; }
  // The finding where a list has more than these.
  std::string list_full() const;
  // What was read since a mark can be taken back: lists from elsewhere are taken whole or not at
  // all.
  struct Mark {
    std::size_t tenants;
    std::size_t files;
    std::size_t warnings;
  };
  Mark mark() const { return {tenants_.size(), files_.size(), warnings_.size()}; }
  void go_back(const Mark& mark);

  std::vector<TenantSettings> take();

 private:
  struct Place {
    std::uint32_t file;
    int line;
    int column;
  };
  struct Warning {
    std::size_t at = 0;  // in warnings_
    std::size_t more = 0;
  };

  std::string read_cloud(MapReader& map, FileFindings& findings) const;
  std::string read_name(MapReader& map, FileFindings& findings) const;
  bool refuse_more(TextPlace at, FileFindings& findings) const;
  bool refuse_double(const TenantKey& key, TextPlace name, FileFindings& findings) const;
  void keep(TenantSettings tenant, TextPlace name);
  void warn_of_own_field(const YamlNode& label);
  Labels shared(Labels labels);

  const ProbeKeys& defaults_;
  const Clouds& clouds_;
  const TenantLimits& limits_;
  std::vector<ConfigFinding>& warnings_;
  std::map<std::string, Warning> own_fields_;  // by label, of the list that is being read
  std::vector<TenantSettings> tenants_;
  std::vector<Place> places_;  // of their names
  std::vector<std::string> files_;
  std::size_t list_begin_ = 0;  // in tenants_
  KeyIndex<std::vector<TenantSettings>> index_{tenants_};
  std::set<Labels> labels_;
};

}  // namespace tenantscope
