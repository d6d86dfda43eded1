// What was found of names, as a list that `tenant_files` of the configuration takes. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "domain/capability.hpp"
#include "domain/labels.hpp"
#include "domain/tenant.hpp"

namespace tenantscope {

struct FoundTenant {
  Word asked;
  Finding finding;
};

struct NameAnswers {
  std::string name;
  std::vector<FoundTenant> found;                        // different tenants
  std::vector<std::string> not_found_in;                 // clouds
  std::vector<std::pair<std::string, Error>> failed_in;  // clouds, and why
  Labels labels = {};
};

struct ListForm {
  bool pin = true;              // each entry says which tenant it is, by ID
  bool keep_not_found = false;  // a name that was found nowhere is in the list too, asked where it
                                // was asked first
};

// REQUIRES: no name twice.
std::string tenant_list_yaml(const std::vector<NameAnswers>& names, RuleSet rules,
                             ListForm form = {});

}  // namespace tenantscope
