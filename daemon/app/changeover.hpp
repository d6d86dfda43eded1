// What a configuration does to the table's tenants: worked out beside the loop, since it looks at
// all of them, and put into force by the loop (Watcher::configure), which then has little left to
// do.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "app/table.hpp"
#include "domain/cloud.hpp"
#include "domain/settings.hpp"

namespace tenantscope {

struct Changeover {
  std::shared_ptr<const Settings> settings;
  // Of settings->tenants, in their order; those that the table doesn't know yet have the next ones.
  std::vector<std::uint32_t> numbers;
  // The watched ones that leave, and what to remember of them: their old settings go with the whole
  // configuration.
  std::vector<std::pair<std::uint32_t, std::shared_ptr<const TenantSettings>>> leaving;
  std::size_t watched = 0;  // until now, those that leave among them
  Clouds asked;             // where the tenants are asked
};

// Any thread. REQUIRES: until it is in force, or given up, no other one comes into force.
Changeover plan_changeover(const Table& table, std::shared_ptr<const Settings> settings);

// One tenant's settings, which keep the whole configuration alive.
std::shared_ptr<const TenantSettings> tenant_of(const std::shared_ptr<const Settings>& settings,
                                                std::size_t tenant);

}  // namespace tenantscope
