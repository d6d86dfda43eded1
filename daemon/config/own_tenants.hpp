// `tenants` of the configuration itself, which come before the clouds that they name as often as
// after them. They don't become part of its tree: some are kept until the rest has been read; where
// they are many, they are read from the text once more. For config/config_file.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "config/tenant_list.hpp"
#include "config/yaml_tree.hpp"

namespace tenantscope {

class OwnTenants {
 public:
  // REQUIRES: findings outlives it.
  explicit OwnTenants(FileFindings& findings) : findings_(findings) {}

  // How the configuration is to be parsed. REQUIRES: this outlives the parsing.
  YamlReading reading();

  // After that: whether there are any, and all of them. REQUIRES: the text is the same.
  bool any() const { return any_; }
  void read(std::string_view text, TenantList& tenants);

 private:
  bool take(YamlNode& item);
  bool read_one(const YamlNode& item, TenantList& tenants);

  FileFindings& findings_;
  std::vector<YamlNode> kept_;
  std::size_t values_ = 0;  // in those that are kept
  bool kept_all_ = true;
  bool any_ = false;
};

}  // namespace tenantscope
