// The configuration in force as YAML, every default filled in: the same again where it is read, but
// for the secrets, which are masked. Pure.
#pragma once

#include <string>

#include "domain/settings.hpp"
#include "formats/yaml_text.hpp"

namespace tenantscope {

// A part at a time, as there may be very many tenants. Those of files, and those that only
// collaborations name, are among `tenants`. REQUIRES: the settings outlive it.
class SettingsYaml {
 public:
  explicit SettingsYaml(const Settings& settings) : settings_(settings) {}

  std::string next();  // "": that was all

 private:
  enum class Part { head, tenants, rest, over };

  const Settings& settings_;
  Part part_ = Part::head;
  std::size_t tenant_ = 0;
};

}  // namespace tenantscope
