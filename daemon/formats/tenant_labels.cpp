#include "formats/tenant_labels.hpp"

namespace tenantscope {

void write_labels(MetricText& out, const TenantKey& key) {
  out.raw("tenant=\"").raw(key.name).raw("\",asked=\"").raw(key.asked).raw("\"");
}

void TenantLabels::add(const TenantKey& key) {
  write_labels(texts_, key);
  ends_.push_back(std::uint32_t(texts_.text().size()));
}

}  // namespace tenantscope
