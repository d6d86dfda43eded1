#include "app/api/tenant_choice.hpp"

#include <fmt/format.h>

#include "app/api/answer.hpp"
#include "config/tenant_name.hpp"

namespace tenantscope {

TenantChoice choose_tenant(const Table& table, std::string_view written, std::string_view cloud) {
  const auto at = written.rfind('@');
  if (at != std::string_view::npos) {
    const std::string_view beside = written.substr(at + 1);
    if (!cloud.empty() && cloud != beside)
      throw RefusedRequest{
          400, fmt::format("`{}` says another cloud than `cloud`: `{}`", written, cloud)};
    cloud = beside;
  }
  const Result<std::string> name = read_tenant_name(written.substr(0, at));
  if (!name)
    throw RefusedRequest{400, name.error().detail};

  TenantChoice choice{
      .key = {.asked = std::string(cloud.empty() ? "global" : cloud), .name = *name}};
  for (const Watch* watch : table.watched()) {
    if (watch->settings->key.name != *name ||
        (!cloud.empty() && watch->settings->key.asked != cloud))
      continue;
    if (choice.watch)
      throw RefusedRequest{
          400,
          fmt::format("`{}` is asked in several clouds; say which one with ?cloud=, or as {}@CLOUD",
                      *name, *name)};
    choice = {watch->settings->key, watch};
  }
  return choice;
}

void refuse_unconfigured(const TenantKey& key) {
  throw RefusedRequest{
      403,
      fmt::format("`{}` is not a configured tenant; asking for others needs --web.enable-probe",
                  to_string(key))};
}

}  // namespace tenantscope
