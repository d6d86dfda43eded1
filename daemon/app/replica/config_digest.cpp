#include "app/replica/config_digest.hpp"

#include "base/digest.hpp"
#include "formats/settings_yaml.hpp"

namespace tenantscope {

std::string config_digest(Settings settings) {
  settings.postgresql.reset();
  settings.replica.clear();
  if (!settings.tenant_urls.empty())
    settings.tenants.clear();
  SettingsYaml yaml(settings);
  std::string text;
  for (std::string part = yaml.next(); !part.empty(); part = yaml.next())
    text += part;
  return sha256_hex(text);
}

}  // namespace tenantscope
