#include "app/api/tenant_choice.hpp"

#include <fmt/format.h>

#include "app/api/answer.hpp"
#include "config/tenant_reference.hpp"

namespace tenantscope {

TenantChoice choose_tenant(const Table& table, std::string_view written, std::string_view cloud) {
  const Result<TenantReference> reference = parse_tenant_reference(written);
  if (!reference)
    throw RefusedRequest{400, reference.error().detail};
  const std::string& name = reference->name;
  if (reference->cloud) {
    if (!cloud.empty() && cloud != *reference->cloud)
      throw RefusedRequest{400, fmt::format("`{}` says another cloud than `cloud`: `{}`",
                                            reference->shown(), cloud)};
    cloud = *reference->cloud;
  }

  TenantChoice choice{.key = {.asked = std::string(cloud.empty() ? "global" : cloud), .name = name},
                      .shown = cloud.empty() ? name : fmt::format("{}@{}", name, cloud)};
  for (const Watch* watch : table.watched()) {
    if (watch->settings->key.name != name ||
        (!cloud.empty() && watch->settings->key.asked != cloud))
      continue;
    if (choice.watch)
      throw RefusedRequest{
          400,
          fmt::format("`{}` is asked in several clouds; say which one with ?cloud=, or as {}@CLOUD",
                      name, name)};
    choice.key = watch->settings->key;
    choice.watch = watch;
  }
  return choice;
}

const Watch& choose_watched(const Table& table, std::string_view written, std::string_view cloud) {
  const TenantChoice choice = choose_tenant(table, written, cloud);
  if (!choice.watch)
    throw RefusedRequest{404, fmt::format("`{}` is not watched", choice.shown)};
  return *choice.watch;
}

void refuse_unconfigured(const TenantKey& key) {
  throw RefusedRequest{
      403,
      fmt::format("`{}` is not a configured tenant; asking for others needs --web.enable-probe",
                  to_string(key))};
}

}  // namespace tenantscope
