#include "formats/tenant_labels.hpp"

namespace tenantscope {

void write_labels(MetricText& out, const TenantKey& key) {
  out.label("tenant", key.name).raw(",").label("asked", key.asked);
}

void TenantLabels::add(const TenantKey& key) {
  write_labels(texts_, key);
  ends_.push_back(std::uint32_t(texts_.text().size()));
}

}  // namespace tenantscope
