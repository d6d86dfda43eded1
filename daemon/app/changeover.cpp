#include "app/changeover.hpp"

namespace tenantscope {

Changeover plan_changeover(const Table& table, std::shared_ptr<const Settings> settings) {
  Changeover changeover{.settings = std::move(settings)};
  const std::vector<TenantSettings>& tenants = changeover.settings->tenants;
  std::size_t next = table.watches.size();
  std::vector<bool> stays(next);
  changeover.numbers.reserve(tenants.size());
  for (const TenantSettings& tenant : tenants) {
    const auto known = table.number_of(tenant.key);
    changeover.numbers.push_back(std::uint32_t(known.value_or(next)));
    if (known)
      stays[*known] = true;
    else
      ++next;
    if (!find_cloud(changeover.asked, tenant.key.asked))
      changeover.asked.push_back(*find_cloud(changeover.settings->clouds, tenant.key.asked));
  }
  for (std::uint32_t number = 0; number < stays.size(); ++number) {
    const Watch& watch = table.watches[number];
    changeover.watched += watch.watched;
    if (watch.watched && !stays[number])
      changeover.leaving.emplace_back(number,
                                      std::make_shared<const TenantSettings>(*watch.settings));
  }
  return changeover;
}

std::shared_ptr<const TenantSettings> tenant_of(const std::shared_ptr<const Settings>& settings,
                                                std::size_t tenant) {
  return {settings, &settings->tenants[tenant]};
}

}  // namespace tenantscope
