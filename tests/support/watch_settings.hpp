// Watches with settings of a test's own.
#pragma once

#include <memory>
#include <utility>

#include "domain/watch.hpp"

namespace tenantscope {

inline std::shared_ptr<const TenantSettings> shared(TenantSettings settings) {
  return std::make_shared<const TenantSettings>(std::move(settings));
}

// To be written to: this watch alone has them then.
inline TenantSettings& settings_of(Watch& watch) {
  const auto own = std::make_shared<TenantSettings>(*watch.settings);
  watch.settings = own;
  return *own;
}

}  // namespace tenantscope
